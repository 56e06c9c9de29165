import type { Database } from "../connect.ts";
import { insertMediaIn, type NewMedia } from "../media/media-library.ts";
import type { MediaRow } from "../media/media-row.ts";
import { takeRoom, type RoomAnswer, type UploadLimits } from "./take-room.ts";

export interface UploadRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly kind: "tus" | "multipart";
  readonly state: "open" | "finished" | "refused";
  /** As declared. */
  readonly sizeBytes: number;
  /** As the client sent it: hints for people. */
  readonly metadata: Readonly<Record<string, string | null>>;
  readonly mediaId: string | null;
  readonly failure: unknown;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface NewUpload {
  readonly id: string;
  readonly kind: "tus" | "multipart";
  readonly sizeBytes: number;
  readonly metadata: Readonly<Record<string, string | null>>;
  readonly expiresInMs: number;
}

/** How long the outcome of an upload can be asked for. */
const toldForMs = 24 * 60 * 60_000;

/** Takes room for a file before its bytes come; without room nothing is stored. */
export async function beginUpload(
  database: Database,
  workspaceId: string,
  upload: NewUpload,
  limits: UploadLimits,
): Promise<RoomAnswer> {
  return await database.inWorkspace(workspaceId, async (tx) => {
    const answer = await takeRoom(tx, workspaceId, { bytes: upload.sizeBytes, limits });
    if (answer.outcome !== "taken") return answer;
    await tx.$executeRaw`
      insert into uploads (id, workspace_id, kind, size_bytes, metadata, expires_at)
      values (${upload.id}::uuid, ${workspaceId}::uuid, ${upload.kind}, ${upload.sizeBytes}, ${JSON.stringify(upload.metadata)}::jsonb,
        now() + make_interval(secs => ${upload.expiresInMs}::float8 / 1000))`;
    return answer;
  });
}

export async function readUpload(database: Database, workspaceId: string, uploadId: string): Promise<UploadRow | null> {
  return await database.inWorkspace(workspaceId, async (tx) => {
    const [row] = await tx.$queryRaw<(Omit<UploadRow, "sizeBytes"> & { sizeBytes: bigint })[]>`
      select id, workspace_id as "workspaceId", kind, state, size_bytes as "sizeBytes", metadata, media_id as "mediaId", failure,
        created_at as "createdAt", expires_at as "expiresAt"
      from uploads where id = ${uploadId}::uuid and kind = 'tus'`;
    return row ? { ...row, sizeBytes: Number(row.sizeBytes) } : null;
  });
}

/**
 * Makes the media of a finished upload, exactly once: its room becomes the media's. Null when it is not open any more, or the
 * lock `lockToken` was lost. `isNew: false` as of `insertMedia`.
 */
export async function finishUpload(
  database: Database,
  upload: { workspaceId: string; id: string; lockToken: string | null },
  media: NewMedia,
): Promise<{ media: MediaRow; isNew: boolean } | null> {
  return await database.inWorkspace(upload.workspaceId, async (tx) => {
    const [open] = await tx.$queryRaw<{ kind: UploadRow["kind"] }[]>`
      select kind from uploads
      where id = ${upload.id}::uuid and state = 'open' and lock_token is not distinct from ${upload.lockToken}::uuid for update`;
    if (!open) return null;
    const inserted = await insertMediaIn(tx, upload.workspaceId, media);
    if (open.kind === "multipart") await tx.$executeRaw`delete from uploads where id = ${upload.id}::uuid`;
    else
      await tx.$executeRaw`
        update uploads set state = 'finished', media_id = ${inserted.media.id}::uuid, lock_token = null, lock_until = null,
          expires_at = now() + make_interval(secs => ${toldForMs}::float8 / 1000)
        where id = ${upload.id}::uuid`;
    return inserted;
  });
}

/** Ends an upload whose bytes are no media; its room is free again. Nothing happens when the lock was lost. */
export async function refuseUpload(
  database: Database,
  upload: { workspaceId: string; id: string; lockToken: string },
  failure: object,
): Promise<void> {
  await database.inWorkspace(
    upload.workspaceId,
    (tx) => tx.$executeRaw`
      update uploads set state = 'refused', failure = ${JSON.stringify(failure)}::jsonb, lock_token = null, lock_until = null,
        expires_at = now() + make_interval(secs => ${toldForMs}::float8 / 1000)
      where id = ${upload.id}::uuid and state = 'open' and lock_token = ${upload.lockToken}::uuid`,
  );
}

/** Forgets an upload that is given up; its room is free again. */
export async function dropUpload(database: Database, workspaceId: string, uploadId: string): Promise<void> {
  await database.inWorkspace(
    workspaceId,
    (tx) => tx.$executeRaw`delete from uploads where id = ${uploadId}::uuid and state = 'open'`,
  );
}
