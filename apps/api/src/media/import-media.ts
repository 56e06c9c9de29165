import { insertImport, newId, type MediaRow } from "@reelay/database";
import { fileNameOf } from "@reelay/domain";
import { importMedia } from "@reelay/jobs";
import { requireSpace } from "@reelay/storage";
import type { ApiDeps } from "../deps.ts";
import { requireRoom, uploadLimits } from "../uploads/take-upload-room.ts";

/**
 * Makes a media whose bytes a worker fetches from an address. Throws `media_url_blocked`, and `storage_full`, `quota_exceeded`,
 * `too_many_requests` as an upload does.
 */
export async function beginImport(deps: ApiDeps, workspaceId: string, url: string): Promise<MediaRow> {
  const { config, database, outbound, queues } = deps;
  await outbound.check(url);
  await requireSpace(config.STORAGE_DIRECTORY, { neededBytes: 0, keepFreeBytes: config.STORAGE_MIN_FREE_BYTES });
  const id = newId();
  const wish = { id, url, fileName: nameIn(url), limits: uploadLimits(config) };
  const { answer, media } = await insertImport(database, workspaceId, wish);
  requireRoom(answer);
  if (!media) throw new Error("an import found room and no row");
  // Not waited for: without Redis the sweep finds it.
  queues.enqueue(importMedia, { mediaId: id, workspaceId }, id).catch(() => undefined);
  return media;
}

function nameIn(url: string): string {
  const { pathname } = new URL(url);
  try {
    return fileNameOf(decodeURIComponent(pathname));
  } catch {
    return fileNameOf(pathname);
  }
}
