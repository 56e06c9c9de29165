import type { Database } from "../connect.ts";

export interface WantedCover {
  readonly platform: string;
  readonly postId: string;
  readonly url: string;
  /** What tells one picture from another. */
  readonly source: string;
  /** Of the cover that is there already. */
  readonly storageKey: string | null;
}

/** Addresses run out, and a picture that failed so often waits for the next sync. */
const maxTries = 3;

/** Takes up to `limit` covers of an account that are to be fetched and that nobody else is fetching. Counts the try. */
export async function claimCovers(
  database: Database,
  wish: { workspaceId: string; accountId: string; limit: number; leaseMs: number },
): Promise<WantedCover[]> {
  return await database.inWorkspace(
    wish.workspaceId,
    (tx) => tx.$queryRaw<WantedCover[]>`
      update library_posts set cover_tries = cover_tries + 1,
        cover_lease_until = now() + make_interval(secs => ${wish.leaseMs}::float8 / 1000)
      where id in (
        select id from library_posts
        where account_id = ${wish.accountId}::uuid and cover_url is not null and cover_url_until > now() and cover_tries < ${maxTries}
          and (cover_lease_until is null or cover_lease_until < now())
        order by published_at desc limit ${wish.limit} for update skip locked)
      returning platform, id as "postId", cover_url as url, cover_wanted_source as source, cover_storage_key as "storageKey"`,
  );
}

/** Names the stored covers by one statement; those that are already another picture's stay wanted. Returns the posts that took theirs. */
export async function saveCovers(
  database: Database,
  workspaceId: string,
  covers: readonly { postId: string; source: string; storageKey: string }[],
): Promise<Set<string>> {
  if (covers.length === 0) return new Set();
  const rows = await database.inWorkspace(
    workspaceId,
    (tx) => tx.$queryRaw<{ id: string }[]>`
      update library_posts l set cover_storage_key = c.storage_key, cover_source = c.source, cover_lease_until = null, cover_tries = 0,
        cover_url = case when l.cover_wanted_source is distinct from c.source then l.cover_url end
      from unnest(${covers.map(({ postId }) => postId)}::uuid[], ${covers.map(({ source }) => source)}::text[],
        ${covers.map(({ storageKey }) => storageKey)}::text[]) as c(id, source, storage_key)
      where l.id = c.id returning l.id`,
  );
  return new Set(rows.map(({ id }) => id));
}

/** Gives back covers that could not be fetched; nobody takes them before `afterMs`. */
export async function giveBackCovers(
  database: Database,
  workspaceId: string,
  covers: { postIds: readonly string[]; afterMs: number; counts: boolean },
): Promise<void> {
  if (covers.postIds.length === 0) return;
  await database.inWorkspace(
    workspaceId,
    (tx) => tx.$executeRaw`
      update library_posts set cover_lease_until = now() + make_interval(secs => ${covers.afterMs}::float8 / 1000),
        cover_tries = greatest(0, cover_tries - ${covers.counts ? 0 : 1})
      where id = any(${[...covers.postIds]}::uuid[])`,
  );
}

/** Accounts with covers that could be fetched now: their jobs were lost, or failed. */
export async function findWantedCovers(
  database: Database,
  limit: number,
): Promise<{ accountId: string; workspaceId: string }[]> {
  return await database.asSystem(
    (tx) => tx.$queryRaw<{ accountId: string; workspaceId: string }[]>`
      select distinct account_id as "accountId", workspace_id as "workspaceId" from library_posts
      where cover_url is not null and cover_url_until > now() and cover_tries < ${maxTries}
        and (cover_lease_until is null or cover_lease_until < now())
      limit ${limit}`,
  );
}
