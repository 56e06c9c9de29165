import type { Database, Tx } from "../connect.ts";
import { Prisma } from "../generated/client.ts";

/** What has begun or ended since then is in use. */
const keptFor = Prisma.sql`interval '30 days'`;
const ended = Prisma.sql`('published', 'delivered', 'failed', 'canceled')`;

/** Publications that need a rendition: open ones (drafts too), and for a while those that have ended. */
const neededRendition = Prisma.sql`
  r.last_used_at > now() - ${keptFor} or r.state not in ('ready', 'failed', 'canceled') or exists (
    select 1 from publication_media pm join publications p on p.id = pm.publication_id
    where pm.rendition_id = r.id and (p.status not in ${ended} or p.updated_at > now() - ${keptFor}))`;

const neededMedia = Prisma.sql`
  m.created_at > now() - ${keptFor}
  or exists (select 1 from renditions r where r.media_id = m.id and (${neededRendition}))
  or exists (select 1 from rendition_inputs i join renditions r on r.id = i.rendition_id where i.media_id = m.id and (${neededRendition}))
  or exists (
    select 1 from publication_media pm join publications p on p.id = pm.publication_id
    where pm.media_id = m.id and (p.status not in ${ended} or p.updated_at > now() - ${keptFor}))
  or exists (
    select 1 from post_media x join posts o on o.id = x.post_id
    where x.media_id = m.id and (o.updated_at > now() - ${keptFor} or not exists (select 1 from publications p where p.post_id = o.id)))`;

/** Media whose last use is long ago, by id after `afterId`. */
export async function findUnusedMedia(
  database: Database,
  page: { afterId: string | null; limit: number },
): Promise<string[]> {
  return await database.asSystem(async (tx) => {
    const rows = await tx.$queryRaw<{ id: string }[]>`
      select m.id from media m
      where m.state = 'ready' and m.created_at <= now() - ${keptFor} and (${page.afterId}::uuid is null or m.id > ${page.afterId}::uuid)
        and not (${neededMedia})
      order by m.id limit ${page.limit}`;
    return rows.map(({ id }) => id);
  });
}

/**
 * Lets go of a media and its renditions unless somebody has begun to use them meanwhile: what a post still names stays as a row
 * without bytes (`expired`), the rest is deleted. Returns the storage keys to remove after the commit; whoever dies before that
 * leaves orphans, which the sweep removes.
 */
export async function expireMedia(database: Database, mediaId: string): Promise<string[]> {
  return await database.asSystem(async (tx) => {
    // The locks that accepting a post takes, too. What they waited for is seen only by the next statement.
    await tx.$queryRaw`select id from media where id = ${mediaId}::uuid for update`;
    await tx.$queryRaw`select id from renditions where media_id = ${mediaId}::uuid order by id for update`;
    const [media] = await tx.$queryRaw<{ keys: (string | null)[]; isNamed: boolean }[]>`
      select array[m.storage_key, m.poster_storage_key, m.thumbnail_storage_key] as keys, exists (select 1 from post_media x where x.media_id = m.id)
        or exists (select 1 from publication_media pm where pm.media_id = m.id)
        or exists (select 1 from publication_media pm join renditions r on r.id = pm.rendition_id where r.media_id = m.id) as "isNamed"
      from media m where m.id = ${mediaId}::uuid and m.state = 'ready' and not (${neededMedia})`;
    if (!media) return [];
    const keys = await letGoRenditions(tx, Prisma.sql`r.media_id = ${mediaId}::uuid`);
    if (media.isNamed)
      await tx.$executeRaw`
        update media set state = 'expired', storage_key = null, poster_storage_key = null, thumbnail_storage_key = null, updated_at = now() where id = ${mediaId}::uuid`;
    else await tx.$executeRaw`delete from media where id = ${mediaId}::uuid`;
    return [...new Set([...media.keys, ...keys])].filter((key) => key !== null);
  });
}

/** Lets go of up to `limit` renditions that nobody has used for long, of media that are used. Returns as `expireMedia`. */
export async function expireRenditions(
  database: Database,
  limit: number,
): Promise<{ expired: number; storageKeys: string[] }> {
  return await database.asSystem(async (tx) => {
    const rows = await tx.$queryRaw<{ id: string }[]>`
      select r.id from renditions r
      where r.storage_key is not null and r.last_used_at <= now() - ${keptFor} and not (${neededRendition})
      order by r.last_used_at limit ${limit} for update skip locked`;
    const ids = rows.map(({ id }) => id);
    const keys = await letGoRenditions(tx, Prisma.sql`r.id = any(${ids}::uuid[]) and not (${neededRendition})`);
    return { expired: ids.length, storageKeys: [...new Set(keys.filter((key) => key !== null))] };
  });
}

/** Asked for again, a rendition that stays as a row is made anew. Bytes that are a media's own stay with it. */
async function letGoRenditions(tx: Tx, which: Prisma.Sql): Promise<(string | null)[]> {
  const kept = await tx.$queryRaw<{ key: string | null }[]>`
    with old as (select r.id, r.storage_key from renditions r where ${which}),
    gone as (
      update renditions r set state = 'canceled', storage_key = null, failure = ${JSON.stringify({ code: "media_expired" })}::jsonb,
        updated_at = now()
      from old where r.id = old.id and exists (select 1 from publication_media pm where pm.rendition_id = r.id))
    select storage_key as key from old where not exists (select 1 from media m where m.storage_key = old.storage_key)`;
  await tx.$executeRaw`
    delete from renditions r where ${which} and not exists (select 1 from publication_media pm where pm.rendition_id = r.id)`;
  return kept.map(({ key }) => key);
}
