import type { Database, Tx } from "../connect.ts";
import { Prisma } from "../generated/client.ts";
import {
  mediaColumns,
  mediaOf,
  renditionColumns,
  renditionOf,
  type MediaRow,
  type RawMedia,
  type RawRendition,
  type RenditionRow,
} from "./media-row.ts";

export interface NewMedia {
  readonly id: string;
  readonly kind: "image" | "video";
  readonly fileName: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly storageKey: string;
}

/** Stores a media in state `probing`; when the workspace already has the same bytes, returns that one and `isNew: false`. */
export async function insertMedia(
  database: Database,
  workspaceId: string,
  media: NewMedia,
): Promise<{ media: MediaRow; isNew: boolean }> {
  return await database.inWorkspace(workspaceId, (tx) => insertMediaIn(tx, workspaceId, media));
}

/** As `insertMedia`, in the caller's transaction. */
export async function insertMediaIn(
  tx: Tx,
  workspaceId: string,
  media: NewMedia,
): Promise<{ media: MediaRow; isNew: boolean }> {
  const added = await tx.$executeRaw`
    insert into media (id, workspace_id, kind, file_name, content_type, size_bytes, sha256, storage_key)
    values (${media.id}::uuid, ${workspaceId}::uuid, ${media.kind}, ${media.fileName}, ${media.contentType}, ${media.sizeBytes},
      ${media.sha256}, ${media.storageKey})
    on conflict (workspace_id, sha256) where state not in ('rejected', 'expired') and not is_imported do nothing`;
  const [row] = await tx.$queryRaw<RawMedia[]>`
    select ${mediaColumns} from media m
    where m.workspace_id = ${workspaceId}::uuid and m.sha256 = ${media.sha256} and m.state not in ('rejected', 'expired') and not m.is_imported`;
  if (!row) throw new Error(`media ${media.id} vanished while it was stored`);
  return { media: mediaOf(row), isNew: added === 1 };
}

export async function getMedia(database: Database, workspaceId: string, mediaId: string): Promise<MediaRow | null> {
  return await database.inWorkspace(workspaceId, async (tx) => {
    const [row] = await tx.$queryRaw<RawMedia[]>`select ${mediaColumns} from media m where m.id = ${mediaId}::uuid`;
    return row ? mediaOf(row) : null;
  });
}

/** Newest first; `beforeId` is the last id of the page before (ids are sorted by time). */
export async function listMedia(
  database: Database,
  workspaceId: string,
  page: { limit: number; beforeId?: string | undefined },
): Promise<MediaRow[]> {
  return await database.inWorkspace(workspaceId, async (tx) => {
    const before = page.beforeId === undefined ? Prisma.sql`true` : Prisma.sql`m.id < ${page.beforeId}::uuid`;
    const rows = await tx.$queryRaw<RawMedia[]>`
      select ${mediaColumns} from media m where ${before} order by m.id desc limit ${page.limit}`;
    return rows.map(mediaOf);
  });
}

/** Locks the media rows for a transaction that relies on them, in a fixed order; missing and foreign ids are left out. */
export async function lockMedia(tx: Tx, mediaIds: readonly string[]): Promise<MediaRow[]> {
  const rows = await tx.$queryRaw<RawMedia[]>`
    select ${mediaColumns} from media m where m.id = any(${[...mediaIds]}::uuid[]) order by m.id for update`;
  return rows.map(mediaOf);
}

/**
 * Deletes a media and its renditions unless a post needs them. Returns the storage keys to remove after the commit; whoever
 * dies before that leaves orphans, which the sweep removes.
 */
export async function deleteMedia(
  database: Database,
  workspaceId: string,
  mediaId: string,
): Promise<{ outcome: "deleted"; storageKeys: string[] } | { outcome: "missing" } | { outcome: "needed" }> {
  return await database.inWorkspace(workspaceId, async (tx) => {
    const [media] = await lockMedia(tx, [mediaId]);
    if (!media) return { outcome: "missing" };
    const [used] = await tx.$queryRaw<{ used: boolean }[]>`
      select exists (select 1 from post_media where media_id = ${mediaId}::uuid)
        or exists (select 1 from publication_media where media_id = ${mediaId}::uuid)
        or exists (select 1 from publication_media m join renditions r on r.id = m.rendition_id where r.media_id = ${mediaId}::uuid)
        or exists (
          select 1 from rendition_inputs i join renditions r on r.id = i.rendition_id
          where i.media_id = ${mediaId}::uuid and r.media_id <> ${mediaId}::uuid
            and (r.state in ('waiting_for_probe', 'queued', 'converting') or exists (select 1 from publication_media p where p.rendition_id = r.id))
        ) as used`;
    if (used?.used) return { outcome: "needed" };
    const renditions = await tx.$queryRaw<{ key: string | null }[]>`
      delete from renditions where media_id = ${mediaId}::uuid returning storage_key as key`;
    await tx.$executeRaw`delete from media where id = ${mediaId}::uuid`;
    const keys = [
      media.storageKey,
      media.posterStorageKey,
      media.thumbnailStorageKey,
      ...renditions.map(({ key }) => key),
    ];
    return { outcome: "deleted", storageKeys: [...new Set(keys.filter((key) => key !== null))] };
  });
}

export async function getRendition(
  database: Database,
  workspaceId: string,
  renditionId: string,
): Promise<RenditionRow | null> {
  return await database.inWorkspace(workspaceId, async (tx) => {
    const [row] = await tx.$queryRaw<
      RawRendition[]
    >`select ${renditionColumns} from renditions r where r.id = ${renditionId}::uuid`;
    return row ? renditionOf(row) : null;
  });
}

/**
 * Cancels a conversion that no open publication needs: a waiting one at once, a running one by taking its lease, so that
 * its worker stops at its next write.
 */
export async function cancelRendition(
  database: Database,
  workspaceId: string,
  renditionId: string,
): Promise<"canceled" | "missing" | "needed" | "finished"> {
  return await database.inWorkspace(workspaceId, async (tx) => {
    const [row] = await tx.$queryRaw<{ state: string }[]>`
      select state from renditions where id = ${renditionId}::uuid for update`;
    if (!row) return "missing";
    // A statement of its own: a post that was accepted while the lock was waited for is seen only now.
    const [open] = await tx.$queryRaw<{ needs: boolean }[]>`
      select exists (
        select 1 from publication_media m join publications p on p.id = m.publication_id
        where m.rendition_id = ${renditionId}::uuid and p.status not in ('published', 'delivered', 'failed', 'canceled')) as needs`;
    if (open?.needs) return "needed";
    if (!["waiting_for_probe", "queued", "converting"].includes(row.state)) return "finished";
    await tx.$executeRaw`
      update renditions set state = 'canceled', time_left_ms = null, lease_token = lease_token + 1, lease_until = null, updated_at = now()
      where id = ${renditionId}::uuid`;
    return "canceled";
  });
}
