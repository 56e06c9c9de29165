import type { Database, Tx } from "../connect.ts";
import { newId } from "../ids.ts";

export interface OpenedSync {
  /** Null when there is no account to sync. */
  readonly syncId: string | null;
  readonly runIds: readonly string[];
}

export interface SyncWish {
  readonly workspaceId: string;
  readonly platform: string;
  /** All that are connected, unless one is named: its run says by itself when it is not connected. */
  readonly accountId?: string | undefined;
  /** The number of this night; see `nightOf`. */
  readonly night: number;
}

const openingLock = 7_205_397;

/**
 * Begins a whole sync of the accounts of a platform. A run that is open already is joined: it reads everything now, and when
 * one sync is exactly these runs, its id is the answer. Null when the named account is not there.
 */
export async function openSync(database: Database, wish: SyncWish): Promise<OpenedSync | null> {
  return await database.inWorkspace(wish.workspaceId, async (tx) => {
    const accountIds = await accountsOf(tx, wish);
    if (accountIds.length === 0) return wish.accountId === undefined ? { syncId: null, runIds: [] } : null;
    // Two callers at once must agree on one id. The accounts are not locked: the last page of a run needs them.
    await tx.$executeRaw`select pg_advisory_xact_lock(${openingLock}::int, hashtext(${`${wish.workspaceId}/${wish.platform}`}))`;
    let runs = await openRuns(tx, wish, accountIds);
    // Some ended while we waited for their last page; those that are open now are locked.
    if (runs.length < accountIds.length) runs = await openRuns(tx, wish, accountIds);
    return { syncId: await commonId(tx, runs), runIds: runs.map(({ id }) => id) };
  });
}

interface OpenRun {
  readonly id: string;
  readonly syncIds: string[];
}

async function accountsOf(tx: Tx, { platform, accountId }: SyncWish): Promise<string[]> {
  const rows =
    accountId === undefined
      ? await tx.$queryRaw<{ id: string }[]>`
          select id from social_accounts where platform = ${platform} and state = 'connected'`
      : await tx.$queryRaw<{ id: string }[]>`
          select id from social_accounts where platform = ${platform} and id = ${accountId}::uuid`;
  return rows.map(({ id }) => id);
}

/** One open run for each account, whole from now on. */
async function openRuns(tx: Tx, wish: SyncWish, accountIds: readonly string[]): Promise<OpenRun[]> {
  await tx.$executeRaw`
    insert into sync_runs (id, workspace_id, account_id, platform, next_at, night)
    select n.id, ${wish.workspaceId}::uuid, n.account_id, ${wish.platform}, now(), ${wish.night}
    from unnest(${accountIds.map(() => newId())}::uuid[], ${[...accountIds]}::uuid[]) as n(id, account_id)
    where not exists (select 1 from sync_runs r where r.account_id = n.account_id and r.state in ('waiting', 'running'))
    on conflict (account_id) where state in ('waiting', 'running') do nothing`;
  return await tx.$queryRaw<OpenRun[]>`
    update sync_runs set walk_since = null where account_id = any(${[...accountIds]}::uuid[]) and state in ('waiting', 'running')
    returning id, sync_ids as "syncIds"`;
}

/** The id of a sync that is exactly these runs, or a new one. */
async function commonId(tx: Tx, runs: readonly OpenRun[]): Promise<string> {
  const common = runs[0]?.syncIds.filter((syncId) => runs.every(({ syncIds }) => syncIds.includes(syncId))) ?? [];
  const [exact] = await tx.$queryRaw<{ syncId: string }[]>`
    select c.id as "syncId" from unnest(${common}::uuid[]) as c(id)
    where (select count(*) from sync_runs r where r.sync_ids @> array[c.id]) = ${runs.length} limit 1`;
  if (exact) return exact.syncId;
  const syncId = newId();
  const runIds = runs.map(({ id }) => id);
  await tx.$executeRaw`update sync_runs set sync_ids = sync_ids || ${syncId}::uuid where id = any(${runIds}::uuid[])`;
  return syncId;
}
