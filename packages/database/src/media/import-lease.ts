import type { Database } from "../connect.ts";
import { Prisma } from "../generated/client.ts";
import { lockRoom, takeRoom, type RoomAnswer, type UploadLimits } from "../uploads/take-room.ts";
import type { GivenBack } from "./conversion-lease.ts";
import { mediaColumns, mediaOf, type MediaRow, type RawMedia } from "./media-row.ts";

export interface ImportLease {
  readonly media: MediaRow;
  readonly url: string;
  readonly leaseToken: number;
  /** This one included; interruptions of ours are not counted. */
  readonly tries: number;
}

export interface ImportedFile {
  readonly kind: "image" | "video";
  readonly contentType: string;
  readonly storageKey: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Stores a media in state `importing`, whose bytes are behind `url`. */
export async function insertImport(
  database: Database,
  workspaceId: string,
  wish: { id: string; url: string; fileName: string; limits: UploadLimits },
): Promise<{ answer: RoomAnswer; media: MediaRow | null }> {
  return await database.inWorkspace(workspaceId, async (tx) => {
    const answer = await takeRoom(tx, workspaceId, { bytes: 1, limits: wish.limits });
    if (answer.outcome !== "taken") return { answer, media: null };
    // Kind, type, size and digest are placeholders until the bytes are here.
    const [row] = await tx.$queryRaw<RawMedia[]>`
      insert into media as m (id, workspace_id, state, is_imported, import_url, kind, file_name, content_type, size_bytes, sha256)
      values (${wish.id}::uuid, ${workspaceId}::uuid, 'importing', true, ${wish.url}, 'video', ${wish.fileName}, 'application/octet-stream', 0, '')
      returning ${mediaColumns}`;
    if (!row) throw new Error(`media ${wish.id} was not stored`);
    return { answer, media: mediaOf(row) };
  });
}

/** Takes the media for fetching; null when it is not waiting for that, or somebody holds it. Counts the try. */
export async function leaseImport(
  database: Database,
  wish: { workspaceId: string; mediaId: string; leaseMs: number },
): Promise<ImportLease | null> {
  return await database.inWorkspace(wish.workspaceId, async (tx) => {
    const [row] = await tx.$queryRaw<(RawMedia & { url: string; leaseToken: number; tries: number })[]>`
      update media m set lease_token = m.lease_token + 1, tries = m.tries + 1,
        lease_until = now() + make_interval(secs => ${wish.leaseMs}::float8 / 1000)
      where m.id = ${wish.mediaId}::uuid and m.state = 'importing' and (m.lease_until is null or m.lease_until < now())
      returning ${mediaColumns}, m.import_url as url, m.lease_token as "leaseToken", m.tries`;
    if (!row) return null;
    const { url, leaseToken, tries, ...media } = row;
    return { media: mediaOf(media), url, leaseToken, tries };
  });
}

/** Renews the lease; false when it is not ours any more. */
export async function renewImport(database: Database, lease: ImportLease, leaseMs: number): Promise<boolean> {
  const renewed = await database.inWorkspace(
    lease.media.workspaceId,
    (tx) => tx.$executeRaw`
      update media set lease_until = now() + make_interval(secs => ${leaseMs}::float8 / 1000)
      where ${held(lease)} and lease_until > now()`,
  );
  return renewed === 1;
}

/** Takes room for up to `wantedBytes` before they come and answers how much there was; 0 also when the lease was lost. */
export async function takeImportRoom(
  database: Database,
  lease: ImportLease,
  wish: { wantedBytes: number; limits: UploadLimits },
): Promise<number> {
  const { workspaceId } = lease.media;
  return await database.inWorkspace(workspaceId, async (tx) => {
    await tx.$executeRaw`update media set size_bytes = 0 where ${held(lease)}`;
    const room = Math.min(wish.wantedBytes, await lockRoom(tx, workspaceId, wish.limits));
    if (room <= 0) return 0;
    const taken = await tx.$executeRaw`update media set size_bytes = ${room}::bigint where ${held(lease)}`;
    return taken === 1 ? room : 0;
  });
}

/** The bytes are here: the media is probed next. False when the lease was lost. */
export async function finishImport(database: Database, lease: ImportLease, file: ImportedFile): Promise<boolean> {
  const done = await database.inWorkspace(
    lease.media.workspaceId,
    (tx) => tx.$executeRaw`
      update media set state = 'probing', import_url = null, kind = ${file.kind}, content_type = ${file.contentType},
        size_bytes = ${file.sizeBytes}, sha256 = ${file.sha256}, storage_key = ${file.storageKey}, lease_until = null, tries = 0,
        updated_at = now()
      where ${held(lease)}`,
  );
  return done === 1;
}

/** The file is not to be had, or is no media. Nothing happens when the lease was lost. */
export async function rejectImport(database: Database, lease: ImportLease, failure: object): Promise<void> {
  await database.inWorkspace(
    lease.media.workspaceId,
    (tx) => tx.$executeRaw`
      update media set state = 'rejected', import_url = null, size_bytes = 0, failure = ${JSON.stringify(failure)}::jsonb,
        lease_until = null, updated_at = now()
      where ${held(lease)}`,
  );
}

/** Gives the import back to be tried again, by whoever takes it first. Nothing happens when the lease was lost. */
export async function giveBackImport(database: Database, lease: ImportLease, how: GivenBack): Promise<void> {
  await database.inWorkspace(
    lease.media.workspaceId,
    (tx) => tx.$executeRaw`
      update media set tries = tries - ${how.counts ? 0 : 1}, lease_until = now() + make_interval(secs => ${how.afterMs}::float8 / 1000)
      where ${held(lease)}`,
  );
}

function held(lease: ImportLease): Prisma.Sql {
  return Prisma.sql`id = ${lease.media.id}::uuid and lease_token = ${lease.leaseToken} and state = 'importing'`;
}
