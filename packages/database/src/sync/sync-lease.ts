import type { Database, Tx } from "../connect.ts";
import { markDisappeared } from "../library/mark-disappeared.ts";
import { upsertPage, type ListedPost } from "../library/upsert-page.ts";
import { runColumns, type SyncRun } from "./sync-run.ts";

/** Takes a run that is due; null when it is not, or somebody has it. */
export async function leaseSync(
  database: Database,
  wish: { workspaceId: string; runId: string; leaseMs: number },
): Promise<SyncRun | null> {
  return await database.inWorkspace(wish.workspaceId, async (tx) => {
    const [run] = await tx.$queryRaw<SyncRun[]>`
      update sync_runs r set state = 'running', lease_token = r.lease_token + 1,
        lease_until = now() + make_interval(secs => ${wish.leaseMs}::float8 / 1000)
      from social_accounts a
      where r.id = ${wish.runId}::uuid and a.id = r.account_id and r.state in ('waiting', 'running') and r.next_at <= now()
        and (r.lease_until is null or r.lease_until < now())
      returning ${runColumns}`;
    return run ?? null;
  });
}

export interface SavedPage {
  readonly inserted: number;
  readonly updated: number;
  /** The run has ended: nothing is left, or what is left need not be read. */
  readonly isOver: boolean;
}

/**
 * Stores a page and the cursor behind it in one transaction, by a number of statements that does not depend on the page,
 * and renews the lease. Null when the lease was lost: then nothing is stored.
 */
export async function savePage(
  database: Database,
  run: SyncRun,
  page: {
    posts: readonly ListedPost[];
    nextCursor: string | null;
    leaseMs: number;
    /** Whether the pages behind this one can be left, given how far back the run is to read. */
    mayEnd: (walkSince: Date | null) => boolean;
  },
): Promise<SavedPage | null> {
  return await fenced(database, run, async (tx) => {
    const counts = await upsertPage(tx, run, page.posts);
    const [kept] = await tx.$queryRaw<{ walkSince: Date | null }[]>`
      update sync_runs set cursor = ${page.nextCursor}, pages = pages + 1, cached = cached + ${counts.inserted}, updated = updated + ${counts.updated},
        tries = 0, lease_until = now() + make_interval(secs => ${page.leaseMs}::float8 / 1000)
      where id = ${run.runId}::uuid and lease_token = ${run.leaseToken} and state = 'running' returning walk_since as "walkSince"`;
    if (!kept) throw new Lost();
    const isComplete = page.nextCursor === null;
    const isOver = isComplete || page.mayEnd(kept.walkSince);
    if (isOver) await finish(tx, run, isComplete);
    return { ...counts, isOver };
  });
}

/** In the transaction of the last page, so that no page is read again because its end was forgotten. */
async function finish(tx: Tx, run: SyncRun, isComplete: boolean): Promise<void> {
  await tx.$executeRaw`
    update sync_runs set state = 'done', next_at = null, lease_until = null, finished_at = now() where id = ${run.runId}::uuid`;
  await tx.$executeRaw`
    update social_accounts a set synced_at = now(), synced_night = greatest(a.synced_night, r.night)
    from sync_runs r where r.id = ${run.runId}::uuid and a.id = r.account_id`;
  if (isComplete) await markDisappeared(tx, run);
}

/** Ends this try: the run goes on where it was, at the earliest in `afterMs`. `failed` counts the try. */
export async function giveBackSync(
  database: Database,
  run: SyncRun,
  how: { afterMs: number; failed: boolean },
): Promise<void> {
  await database.inWorkspace(
    run.workspaceId,
    (tx) => tx.$executeRaw`
      update sync_runs set state = 'waiting', lease_until = null, tries = tries + ${how.failed ? 1 : 0},
        next_at = now() + make_interval(secs => ${how.afterMs}::float8 / 1000)
      where id = ${run.runId}::uuid and lease_token = ${run.leaseToken} and state = 'running'`,
  );
}

/** Ends the run for good; what it has stored stays. */
export async function failSync(database: Database, run: SyncRun, failure: object): Promise<void> {
  await database.inWorkspace(
    run.workspaceId,
    (tx) => tx.$executeRaw`
      update sync_runs set state = 'failed', failed = failed + 1, failure = ${JSON.stringify(failure)}::jsonb, next_at = null,
        lease_until = null, finished_at = now()
      where id = ${run.runId}::uuid and lease_token = ${run.leaseToken} and state = 'running'`,
  );
}

export interface ProfileFigures {
  readonly handle: string | null;
  readonly displayName: string | null;
  readonly avatarUrl: string | null;
  readonly followers: bigint | null;
  readonly following: bigint | null;
  readonly likes: bigint | null;
  readonly posts: bigint | null;
}

/** Stores what the platform says of the account; what it does not say leaves what was known. */
export async function saveProfile(database: Database, run: SyncRun, profile: ProfileFigures): Promise<void> {
  const { handle, displayName, avatarUrl, followers, following, likes, posts } = profile;
  await database.inWorkspace(
    run.workspaceId,
    (tx) => tx.$executeRaw`
      update social_accounts set handle = coalesce(${handle}, handle), display_name = coalesce(${displayName}, display_name),
        avatar_url = coalesce(${avatarUrl}, avatar_url), follower_count = coalesce(${followers}::bigint, follower_count),
        following_count = coalesce(${following}::bigint, following_count), like_count = coalesce(${likes}::bigint, like_count),
        post_count = coalesce(${posts}::bigint, post_count), profile_synced_at = now(), updated_at = now()
      where id = ${run.accountId}::uuid`,
  );
}

class Lost extends Error {}

async function fenced<T>(database: Database, run: SyncRun, work: (tx: Tx) => Promise<T>): Promise<T | null> {
  try {
    return await database.inWorkspace(run.workspaceId, work);
  } catch (error) {
    if (error instanceof Lost) return null;
    throw error;
  }
}
