import type { MediaRow, UploadRow, UploadRows } from "@reelay/database";
import { Failure, fileNameOf } from "@reelay/domain";
import type { InspectedUpload } from "@reelay/media";
import type { Times } from "@reelay/runtime";
import type { Storage } from "@reelay/storage";
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";

export interface FinishUploadDeps {
  readonly rows: UploadRows;
  readonly storage: Storage;
  readonly times: Times;
  /** As of media's `inspectUpload`. */
  readonly inspect: (path: string) => Promise<InspectedUpload>;
  /** Told of a media that waits for its probe. */
  readonly onMedia: (media: MediaRow) => void;
}

export type StagedUpload = Pick<UploadRow, "id" | "workspaceId" | "sizeBytes" | "metadata"> & {
  /** The file that has all its bytes. */
  readonly path: string;
};

export type FinishedUpload =
  { readonly outcome: "media"; readonly media: MediaRow } | { readonly outcome: "refused"; readonly failure: Failure };

/** Makes a media of an upload whose every byte is there. Throws `upload_locked` while another does, or it is not open. */
export type FinishUpload = (upload: StagedUpload, signal: AbortSignal) => Promise<FinishedUpload>;

const lockMs = 15_000;

/**
 * Whoever dies in between leaves the file and the open row, from which it is done again: by the client's next request or the
 * sweep. The media's bytes are a copy, so that no late writer of the upload holds them open.
 */
export function createFinishUpload(deps: FinishUploadDeps): FinishUpload {
  const { rows, times } = deps;
  return async (upload, signal) => {
    const lock = { workspaceId: upload.workspaceId, id: upload.id, token: randomUUID() };
    if (!(await rows.lock(lock, times.scale(lockMs)))) throw new Failure("upload_locked");
    const lost = new AbortController();
    const renew = async () => {
      if (!(await rows.renew(lock, times.scale(lockMs)))) lost.abort(new Failure("upload_locked"));
    };
    const timer = setInterval(() => void renew().catch(() => undefined), times.scale(lockMs / 3));
    try {
      const media = await store(deps, upload, { lock, signal: AbortSignal.any([signal, lost.signal]) });
      await rm(upload.path, { force: true });
      return { outcome: "media", media };
    } catch (error) {
      if (error instanceof Failure && error.who === "caller" && error.code !== "upload_locked") {
        await rows.refuse(lock, { code: error.code });
        await rm(upload.path, { force: true });
        return { outcome: "refused", failure: error };
      }
      await rows.unlock(lock).catch(() => undefined);
      throw error;
    } finally {
      clearInterval(timer);
    }
  };
}

async function store(
  { rows, storage, inspect, onMedia }: FinishUploadDeps,
  upload: StagedUpload,
  { lock, signal }: { lock: Parameters<UploadRows["lock"]>[0]; signal: AbortSignal },
): Promise<MediaRow> {
  const { kind, contentType } = await inspect(upload.path);
  const storageKey = `media/${upload.workspaceId}/${upload.id}`;
  const stored = await storage.put(storageKey, createReadStream(upload.path), { signal });
  if (stored.sizeBytes !== upload.sizeBytes) {
    throw new Failure("internal", { internal: `${stored.sizeBytes} bytes of an upload of ${upload.sizeBytes}` });
  }
  const fileName = fileNameOf(upload.metadata["filename"] ?? upload.metadata["name"] ?? "");
  const finished = await rows.finish(lock, { id: upload.id, kind, fileName, contentType, storageKey, ...stored });
  if (!finished) throw new Failure("upload_locked", { internal: "the lock was lost while the upload was finished" });
  if (finished.isNew) onMedia(finished.media);
  else await storage.remove(storageKey).catch(() => undefined);
  return finished.media;
}
