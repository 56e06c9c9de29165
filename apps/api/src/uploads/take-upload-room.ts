import { beginUpload, type NewUpload, type RoomAnswer, type UploadLimits } from "@reelay/database";
import { Failure } from "@reelay/domain";
import { requireSpace } from "@reelay/storage";
import type { ApiConfig } from "../config.ts";
import type { ApiDeps } from "../deps.ts";

export function uploadLimits(config: ApiConfig): UploadLimits {
  return { quotaBytes: config.MEDIA_QUOTA_BYTES, uploadsPerMinute: config.MEDIA_UPLOADS_PER_MINUTE };
}

/**
 * Takes room for a file before its bytes come. Throws `storage_full`, `quota_exceeded`, `too_many_requests`; the room is given back
 * by finishing, dropping or expiring the upload.
 */
export async function takeUploadRoom(
  { config, database }: Pick<ApiDeps, "config" | "database">,
  workspaceId: string,
  upload: NewUpload,
): Promise<void> {
  await requireSpace(config.STORAGE_DIRECTORY, {
    neededBytes: upload.sizeBytes,
    keepFreeBytes: config.STORAGE_MIN_FREE_BYTES,
  });
  requireRoom(await beginUpload(database, workspaceId, upload, uploadLimits(config)));
}

export function requireRoom(answer: RoomAnswer): void {
  switch (answer.outcome) {
    case "taken":
      return;
    case "no_room":
      throw new Failure("quota_exceeded");
    case "too_many":
      throw new Failure("too_many_requests", { retryAfterMs: answer.retryAfterMs });
    default:
      answer satisfies never;
  }
}
