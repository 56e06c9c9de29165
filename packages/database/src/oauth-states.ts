import { createHash } from "node:crypto";
import type { Database, Tx } from "./connect.ts";
import { newId } from "./ids.ts";
import type { Vault } from "./vault.ts";

/** Who began a connection: the only one who may finish it, besides the browser bound by the connect page. */
export interface OauthPrincipal {
  readonly kind: "user" | "api_key";
  /** Session id, or key id. */
  readonly id: string;
}

/** Whoever comes back with a state: recognised by session or key, by the bound browser's cookie, or by both. */
export interface OauthCaller {
  readonly principal: OauthPrincipal | null;
  readonly browser: string | null;
}

export interface NewOauthState {
  readonly workspaceId: string;
  readonly platform: string;
  readonly principal: OauthPrincipal;
  readonly state: string;
  readonly connectToken: string;
  readonly codeVerifier: string;
  readonly redirectUri: string;
  readonly ownerExternalId: string | null;
  readonly returnTo: string | null;
  readonly expiresInMs: number;
}

/** What a used state stands for. */
export interface UsedState {
  readonly begunBy: OauthPrincipal;
  readonly id: string;
  readonly workspaceId: string;
  readonly codeVerifier: string;
  readonly redirectUri: string;
  readonly ownerExternalId: string | null;
  readonly returnTo: string | null;
}

export type ReplayedState =
  | {
      readonly outcome: "answered";
      readonly workspaceId: string;
      readonly accountId: string;
      readonly returnTo: string | null;
    }
  /** The first use has not ended, or its process died. */
  | { readonly outcome: "running"; readonly id: string }
  | { readonly outcome: "denied" };

export interface OauthStates {
  /** Only hashes of state and connect token are stored; the verifier is sealed. Returns when the state ends. */
  open(state: NewOauthState): Promise<Date>;
  /** Binds `browser` to the connection of `connectToken`, once; the same browser may come again. Null: unknown, used or old. */
  bindBrowser(
    platform: string,
    connectToken: string,
    browser: string,
  ): Promise<Pick<UsedState, "codeVerifier" | "redirectUri"> | null>;
  /** Uses the state up, by one statement. Null when it is unknown, used, old, or another's. */
  use(platform: string, state: string, answer: string, caller: OauthCaller): Promise<UsedState | null>;
  /** What became of a state used with the same answer by the same caller within `withinMs`; else null. */
  replay(
    platform: string,
    state: string,
    answer: string,
    caller: OauthCaller,
    withinMs: number,
  ): Promise<ReplayedState | null>;
  /** The exchange failed: no replay of this state. */
  spoil(stateId: string): Promise<void>;
}

/** Marks in `used_code_hash` what is no code but the platform's refusal. */
export const deniedAnswer = "denied";

/** The connection attempts; ended ones are kept for a day. `finishOauthState` ends one inside the connecting transaction. */
export function createOauthStates(deps: { database: Database; vault: Vault }): OauthStates {
  const { database, vault } = deps;
  const unseal = (row: RawState): UsedState => ({
    ...row,
    codeVerifier: vault.open(row.codeVerifier, placeOf(row.id, row.workspaceId)),
  });
  return {
    async open(state) {
      const id = newId();
      const verifier = vault.seal(state.codeVerifier, placeOf(id, state.workspaceId));
      return await database.inWorkspace(state.workspaceId, async (tx) => {
        await tx.$executeRaw`delete from oauth_states where expires_at < now() - interval '1 day'`;
        const [row] = await tx.$queryRaw<{ expiresAt: Date }[]>`
          insert into oauth_states (id, workspace_id, platform, state_hash, principal_kind, principal_id, code_verifier, redirect_uri,
            owner_external_id, return_to, connect_token_hash, expires_at)
          values (${id}::uuid, ${state.workspaceId}::uuid, ${state.platform}, ${hash(state.state)}, ${state.principal.kind},
            ${state.principal.id}, ${verifier}, ${state.redirectUri}, ${state.ownerExternalId}, ${state.returnTo},
            ${hash(state.connectToken)}, now() + make_interval(secs => ${state.expiresInMs}::float8 / 1000))
          returning expires_at as "expiresAt"`;
        if (!row) throw new Error("a connection attempt vanished while it was stored");
        return row.expiresAt;
      });
    },
    async bindBrowser(platform, connectToken, browser) {
      const browserHash = hash(browser);
      const [row] = await database.asSystem(
        (tx) => tx.$queryRaw<RawState[]>`
          update oauth_states set connect_used_at = coalesce(connect_used_at, now()), browser_hash = ${browserHash}
          where platform = ${platform} and connect_token_hash = ${hash(connectToken)} and used_at is null and expires_at > now()
            and (browser_hash is null or browser_hash = ${browserHash})
          returning id, workspace_id as "workspaceId", code_verifier as "codeVerifier", redirect_uri as "redirectUri",
            owner_external_id as "ownerExternalId", return_to as "returnTo",
            json_build_object('kind', principal_kind, 'id', principal_id) as "begunBy"`,
      );
      return row ? unseal(row) : null;
    },
    async use(platform, state, answer, caller) {
      const [row] = await database.asSystem(
        (tx) => tx.$queryRaw<RawState[]>`
          update oauth_states set used_at = now(), used_code_hash = ${hash(answer)}, used_by_principal_id = ${caller.principal?.id ?? null}
          where platform = ${platform} and state_hash = ${hash(state)} and used_at is null and expires_at > now()
            and ((principal_kind = ${caller.principal?.kind ?? null} and principal_id = ${caller.principal?.id ?? null})
              or browser_hash = ${caller.browser === null ? null : hash(caller.browser)})
          returning id, workspace_id as "workspaceId", code_verifier as "codeVerifier", redirect_uri as "redirectUri",
            owner_external_id as "ownerExternalId", return_to as "returnTo",
            json_build_object('kind', principal_kind, 'id', principal_id) as "begunBy"`,
      );
      return row ? unseal(row) : null;
    },
    async replay(platform, state, answer, caller, withinMs) {
      const [row] = await database.asSystem(
        (tx) => tx.$queryRaw<{ id: string; workspaceId: string; accountId: string | null; returnTo: string | null }[]>`
          select id, workspace_id as "workspaceId", account_id as "accountId", return_to as "returnTo" from oauth_states
          where platform = ${platform} and state_hash = ${hash(state)} and used_code_hash = ${hash(answer)}
            and used_at > now() - make_interval(secs => ${withinMs}::float8 / 1000)
            and ((principal_kind = ${caller.principal?.kind ?? null} and principal_id = ${caller.principal?.id ?? null})
              or browser_hash = ${caller.browser === null ? null : hash(caller.browser)})`,
      );
      if (!row) return null;
      const { id, workspaceId, accountId, returnTo } = row;
      if (accountId !== null) return { outcome: "answered", workspaceId, accountId, returnTo };
      return answer === deniedAnswer ? { outcome: "denied" } : { outcome: "running", id };
    },
    async spoil(stateId) {
      await database.asSystem(
        (tx) =>
          tx.$executeRaw`update oauth_states set used_code_hash = null where id = ${stateId}::uuid and account_id is null`,
      );
    },
  };
}

/** Records which account a used state has connected, so that a second hit of the browser gets the same answer. */
export async function finishOauthState(tx: Tx, stateId: string, accountId: string): Promise<void> {
  await tx.$executeRaw`update oauth_states set account_id = ${accountId}::uuid where id = ${stateId}::uuid`;
}

/** As stored: the verifier is sealed. */
type RawState = UsedState;

function placeOf(id: string, workspaceId: string) {
  return { table: "oauth_states", row: id, column: "code_verifier", workspaceId };
}

function hash(secret: string): string {
  return createHash("sha256").update(secret, "utf8").digest("hex");
}
