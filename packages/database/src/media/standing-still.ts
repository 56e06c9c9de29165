import type { Database } from "../connect.ts";

export interface StandingStill {
  readonly imports: readonly { mediaId: string; workspaceId: string }[];
  readonly probes: readonly { mediaId: string; workspaceId: string }[];
  readonly conversions: readonly { renditionId: string; workspaceId: string }[];
}

/** Media and renditions that should be moving and that nobody holds: their jobs were lost, or never came. */
export async function findStandingStill(database: Database, limit: number): Promise<StandingStill> {
  return await database.asSystem(async (tx) => ({
    imports: await tx.$queryRaw<{ mediaId: string; workspaceId: string }[]>`
      select id as "mediaId", workspace_id as "workspaceId" from media
      where state = 'importing' and (lease_until is null or lease_until < now()) order by created_at limit ${limit}`,
    probes: await tx.$queryRaw<{ mediaId: string; workspaceId: string }[]>`
      select id as "mediaId", workspace_id as "workspaceId" from media
      where state = 'probing' and (lease_until is null or lease_until < now()) order by created_at limit ${limit}`,
    conversions: await tx.$queryRaw<{ renditionId: string; workspaceId: string }[]>`
      select id as "renditionId", workspace_id as "workspaceId" from renditions
      where state in ('queued', 'converting') and (lease_until is null or lease_until < now()) order by created_at limit ${limit}`,
  }));
}

/** Of `storageKeys`, those that no media (nor its small pictures), no rendition and no cover points at. */
export async function findOrphanedKeys(database: Database, storageKeys: readonly string[]): Promise<string[]> {
  return await database.asSystem(async (tx) => {
    const rows = await tx.$queryRaw<{ key: string }[]>`
      select k.key from unnest(${[...storageKeys]}::text[]) as k(key)
      where not exists (select 1 from media m where m.storage_key = k.key or m.poster_storage_key = k.key or m.thumbnail_storage_key = k.key) and not exists (select 1 from renditions r where r.storage_key = k.key)
        and not exists (select 1 from library_posts l where l.cover_storage_key = k.key)`;
    return rows.map(({ key }) => key);
  });
}
