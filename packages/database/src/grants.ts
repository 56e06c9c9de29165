import type { Database, Tx } from "./connect.ts";
import { newId } from "./ids.ts";
import type { SealedPlace, Vault } from "./vault.ts";

/** The tokens of an account, opened, with their remaining life by the database's clock. */
export interface OpenGrant {
  readonly grantId: string;
  readonly accountId: string;
  readonly workspaceId: string;
  readonly platform: string;
  /** State of the account; only a `connected` or `disconnecting` one has a use for its tokens. */
  readonly accountState: string;
  readonly version: number;
  /** Of the latest lease: every refresh that was ever sent raised it. */
  readonly leaseToken: number;
  /** A refresh is under way: its lease is live. */
  readonly refreshing: boolean;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly accessLifetimeMs: number;
  readonly accessRemainingMs: number;
  readonly refreshRemainingMs: number;
  /** A refresh was sent and its answer never stored; milliseconds since then. */
  readonly unansweredForMs: number | null;
  /** Milliseconds since this version came from a refresh that a refusal demanded. */
  readonly reactiveForMs: number | null;
}

export interface NewTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly accessExpiresInMs: number;
  readonly refreshExpiresInMs: number;
  /** Granted scopes, where the answer named them: stored with the tokens. */
  readonly scopes?: readonly string[];
}

export interface Grants {
  read(accountId: string): Promise<OpenGrant | null>;
  /** Stores a fresh grant of a connection (first or again) inside the caller's transaction. */
  replace(tx: Tx, account: { id: string; workspaceId: string }, tokens: NewTokens): Promise<void>;
  /**
   * Takes the refresh lease when it is free and nobody has leased, stored or replaced the grant since it was read; marks
   * the refresh as sent. Else null: what was read (an unanswered refresh above all) is no longer what is stored.
   */
  lease(grant: Pick<OpenGrant, "accountId" | "version" | "leaseToken">, leaseMs: number): Promise<number | null>;
  /** Compare-and-set on version and lease, scopes included; false when another one was faster. Gives the lease back. */
  store(
    grant: { accountId: string; workspaceId: string; grantId: string; version: number },
    leaseToken: number,
    tokens: NewTokens,
    reactive: boolean,
  ): Promise<boolean>;
  /** Gives the lease back; `answered` clears the mark of a sent refresh (a definite answer came, though not tokens). */
  release(accountId: string, leaseToken: number, answered: boolean): Promise<void>;
}

/** Tokens are sealed at rest and opened here alone. */
export function createGrants(deps: { database: Database; vault: Vault }): Grants {
  const { database, vault } = deps;
  const sealAll = (tokens: NewTokens, grantId: string, workspaceId: string) => ({
    access: vault.seal(tokens.accessToken, place(grantId, "access_token", workspaceId)),
    refresh: vault.seal(tokens.refreshToken, place(grantId, "refresh_token", workspaceId)),
  });
  return {
    async read(accountId) {
      const row = await database.asSystem((tx) => readRow(tx, accountId));
      if (!row?.access || !row.refresh) return null;
      const { access, refresh, ...rest } = row;
      return {
        ...rest,
        accessLifetimeMs: Number(rest.accessLifetimeMs),
        accessToken: vault.open(access, place(row.grantId, "access_token", row.workspaceId)),
        refreshToken: vault.open(refresh, place(row.grantId, "refresh_token", row.workspaceId)),
      };
    },
    async replace(tx, account, tokens) {
      const [existing] = await tx.$queryRaw<{ id: string }[]>`
        select id from grants where account_id = ${account.id}::uuid for update`;
      const grantId = existing?.id ?? newId();
      const sealed = sealAll(tokens, grantId, account.workspaceId);
      await tx.$executeRaw`
        insert into grants (id, workspace_id, account_id, access_token, access_expires_at, access_lifetime_ms, refresh_token, refresh_expires_at)
        values (${grantId}::uuid, ${account.workspaceId}::uuid, ${account.id}::uuid, ${sealed.access},
          now() + make_interval(secs => ${tokens.accessExpiresInMs}::float8 / 1000), ${BigInt(tokens.accessExpiresInMs)},
          ${sealed.refresh}, now() + make_interval(secs => ${tokens.refreshExpiresInMs}::float8 / 1000))
        on conflict (account_id) do update set id = excluded.id, version = grants.version + 1, access_token = excluded.access_token,
          access_expires_at = excluded.access_expires_at, access_lifetime_ms = excluded.access_lifetime_ms,
          refresh_token = excluded.refresh_token, refresh_expires_at = excluded.refresh_expires_at,
          lease_token = grants.lease_token + 1, lease_until = null, refresh_sent_at = null, reactive_at = null, obtained_at = now()`;
    },
    async lease({ accountId, version, leaseToken }, leaseMs) {
      const rows = await database.asSystem(
        (tx) => tx.$queryRaw<{ lease_token: number }[]>`
          update grants set lease_token = lease_token + 1, lease_until = now() + make_interval(secs => ${leaseMs}::float8 / 1000), refresh_sent_at = now()
          where account_id = ${accountId}::uuid and version = ${version} and lease_token = ${leaseToken} and (lease_until is null or lease_until < now())
          returning lease_token`,
      );
      return rows[0]?.lease_token ?? null;
    },
    async store(grant, leaseToken, tokens, reactive) {
      const sealed = sealAll(tokens, grant.grantId, grant.workspaceId);
      const stored = await database.asSystem(async (tx) => {
        // The account before its grant, as who connects it locks them.
        const { scopes } = tokens;
        if (scopes)
          await tx.$queryRaw`select id from social_accounts where id = ${grant.accountId}::uuid for no key update`;
        const changed = await tx.$executeRaw`
          update grants set version = version + 1, access_token = ${sealed.access}, refresh_token = ${sealed.refresh},
            access_expires_at = now() + make_interval(secs => ${tokens.accessExpiresInMs}::float8 / 1000),
            access_lifetime_ms = ${BigInt(tokens.accessExpiresInMs)},
            refresh_expires_at = now() + make_interval(secs => ${tokens.refreshExpiresInMs}::float8 / 1000),
            lease_until = null, refresh_sent_at = null, obtained_at = now(), reactive_at = case when ${reactive} then now() end
          where account_id = ${grant.accountId}::uuid and version = ${grant.version} and lease_token = ${leaseToken}`;
        if (scopes && changed === 1) {
          await tx.$executeRaw`
            update social_accounts set scopes = ${[...scopes]}::text[], updated_at = now()
            where id = ${grant.accountId}::uuid and scopes <> ${[...scopes]}::text[]`;
        }
        return changed;
      });
      return stored === 1;
    },
    async release(accountId, leaseToken, answered) {
      await database.asSystem(
        (tx) => tx.$executeRaw`
          update grants set lease_until = null, refresh_sent_at = case when ${answered} then null else refresh_sent_at end
          where account_id = ${accountId}::uuid and lease_token = ${leaseToken}`,
      );
    },
  };
}

function place(row: string, column: "access_token" | "refresh_token", workspaceId: string): SealedPlace {
  return { table: "grants", row, column, workspaceId };
}

type GrantRow = Omit<OpenGrant, "accessToken" | "refreshToken" | "accessLifetimeMs"> & {
  accessLifetimeMs: bigint;
  access: string | null;
  refresh: string | null;
};

async function readRow(tx: Tx, accountId: string): Promise<GrantRow | undefined> {
  const [row] = await tx.$queryRaw<GrantRow[]>`
    select g.id as "grantId", g.account_id as "accountId", g.workspace_id as "workspaceId", a.platform, a.state as "accountState", version, lease_token as "leaseToken",
      access_token as access, refresh_token as refresh, access_lifetime_ms as "accessLifetimeMs",
      coalesce(lease_until > now(), false) as refreshing,
      (extract(epoch from access_expires_at - now()) * 1000)::float8 as "accessRemainingMs",
      (extract(epoch from refresh_expires_at - now()) * 1000)::float8 as "refreshRemainingMs",
      (extract(epoch from now() - refresh_sent_at) * 1000)::float8 as "unansweredForMs",
      (extract(epoch from now() - reactive_at) * 1000)::float8 as "reactiveForMs"
    from grants g join social_accounts a on a.id = g.account_id where g.account_id = ${accountId}::uuid`;
  return row;
}
