import type { Database, Tx } from "./connect.ts";
import { Prisma } from "./generated/client.ts";
import { newId } from "./ids.ts";
import { lockOpenPublications } from "./publications/lock-open.ts";

export interface AccountRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly platform: string;
  /** The platform's own id of the account (TikTok open_id). */
  readonly externalId: string;
  /** The customer's own user, as given when connecting. */
  readonly ownerExternalId: string | null;
  readonly handle: string | null;
  readonly displayName: string | null;
  readonly avatarUrl: string | null;
  readonly scopes: readonly string[];
  readonly state: "connected" | "needs_reconnect" | "disconnecting" | "disconnected";
  readonly stateCause: string | null;
  readonly stateChangedAt: Date;
  readonly paused: boolean;
  readonly createdAt: Date;
}

export interface AccountProfile {
  readonly handle: string;
  readonly displayName: string;
  readonly avatarUrl: string | null;
}

const columns = Prisma.sql`
  id, workspace_id as "workspaceId", platform, external_id as "externalId", owner_external_id as "ownerExternalId", handle,
  display_name as "displayName", avatar_url as "avatarUrl", scopes, state, state_cause as "stateCause",
  state_changed_at as "stateChangedAt", paused, created_at as "createdAt"`;

export async function getAccount(
  database: Database,
  workspaceId: string,
  accountId: string,
): Promise<AccountRow | null> {
  return await database.inWorkspace(workspaceId, async (tx) => {
    const [row] = await tx.$queryRaw<
      AccountRow[]
    >`select ${columns} from social_accounts where id = ${accountId}::uuid`;
    return row ?? null;
  });
}

/** Newest first; `beforeId` is the last id of the page before (ids are sorted by time). */
export async function listAccounts(
  database: Database,
  workspaceId: string,
  page: { limit: number; beforeId?: string | undefined; ownerExternalId?: string | undefined },
): Promise<AccountRow[]> {
  const before = page.beforeId === undefined ? Prisma.sql`true` : Prisma.sql`id < ${page.beforeId}::uuid`;
  const owned =
    page.ownerExternalId === undefined ? Prisma.sql`true` : Prisma.sql`owner_external_id = ${page.ownerExternalId}`;
  return await database.inWorkspace(
    workspaceId,
    (tx) => tx.$queryRaw<AccountRow[]>`
      select ${columns} from social_accounts where ${before} and ${owned} order by id desc limit ${page.limit}`,
  );
}

/**
 * Adds the account, or takes the one that the workspace already has for this platform id and makes it connected again:
 * the id stays, its open publications are no longer given up and those that waited for it may move at once.
 * The caller stores the grant in the same transaction.
 */
export async function connectAccount(
  tx: Tx,
  account: {
    workspaceId: string;
    platform: string;
    externalId: string;
    ownerExternalId: string | null;
    scopes: readonly string[];
  },
): Promise<string> {
  const [known] = await tx.$queryRaw<{ id: string }[]>`
    select id from social_accounts
    where workspace_id = ${account.workspaceId}::uuid and platform = ${account.platform} and external_id = ${account.externalId}`;
  if (known) await lockOpenPublications(tx, known.id);
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    insert into social_accounts as a (id, workspace_id, platform, external_id, owner_external_id, scopes)
    values (${newId()}::uuid, ${account.workspaceId}::uuid, ${account.platform}, ${account.externalId}, ${account.ownerExternalId},
      ${[...account.scopes]}::text[])
    on conflict (workspace_id, platform, external_id) do update set
      scopes = excluded.scopes, owner_external_id = coalesce(excluded.owner_external_id, a.owner_external_id),
      state_changed_at = case when a.state = 'connected' then a.state_changed_at else now() end,
      state = 'connected', state_cause = null, disconnect_next_at = null, revoke_tries = 0, updated_at = now()
    returning id`;
  if (!row) throw new Error("an account vanished while it was connected");
  await tx.$executeRaw`
    update publications set give_up_at = null,
      next_at = case when wait_reason = 'account_needs_reconnect' then least(next_at, greatest(due_at, now())) else next_at end
    where account_id = ${row.id}::uuid and status in ('preparing', 'scheduled', 'waiting', 'uploading', 'processing')
      and (give_up_at is not null or wait_reason = 'account_needs_reconnect')`;
  return row.id;
}

/** Keeps what the platform says of the account's name; not needed for publishing. */
export async function saveAccountProfile(
  database: Database,
  workspaceId: string,
  accountId: string,
  profile: AccountProfile,
): Promise<void> {
  await database.inWorkspace(
    workspaceId,
    (tx) => tx.$executeRaw`
      update social_accounts set handle = ${profile.handle}, display_name = ${profile.displayName}, avatar_url = ${profile.avatarUrl},
        updated_at = now()
      where id = ${accountId}::uuid`,
  );
}

/** Origins outside of ours to which the workspace lets a connection return. */
export async function allowedReturnOrigins(database: Database, workspaceId: string): Promise<string[]> {
  return await database.inWorkspace(workspaceId, async (tx) => {
    const [row] = await tx.$queryRaw<{ origins: string[] }[]>`
      select allowed_return_origins as origins from workspaces where id = ${workspaceId}::uuid`;
    return row?.origins ?? [];
  });
}

/** Whether pages of `origin` may call on behalf of a workspace; of any, where none is known yet. */
export async function isAllowedOrigin(
  database: Database,
  origin: string,
  workspaceId: string | null,
): Promise<boolean> {
  if (workspaceId !== null) return (await allowedReturnOrigins(database, workspaceId)).includes(origin);
  const [row] = await database.asSystem(
    async (tx) =>
      await tx.$queryRaw<{ found: boolean }[]>`
        select exists (select 1 from workspaces where ${origin} = any(allowed_return_origins)) as found`,
  );
  return row?.found === true;
}
