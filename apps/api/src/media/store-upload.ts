import { insertMedia, newId, type MediaRow } from "@reelay/database";
import { inspectUpload } from "@reelay/media";
import { probeMedia } from "@reelay/jobs";
import type { Request } from "express";
import { tmpdir } from "node:os";
import type { ApiDeps } from "../deps.ts";
import { fileNameOf } from "./file-name.ts";
import { receiveFile } from "./receive-file.ts";

/**
 * Stores an uploaded file as a media that waits to be probed; bytes that the workspace has already are that media again.
 * Throws as `receiveFile` and `inspectUpload` do, and then nothing is stored.
 */
export async function storeUpload(
  deps: ApiDeps,
  req: Request,
  workspaceId: string,
): Promise<{ media: MediaRow; isNew: boolean }> {
  const { config, database, storage, queues } = deps;
  const id = newId();
  const storageKey = `media/${workspaceId}/${id}`;
  const maxBytes = config.MEDIA_MAX_BYTES;
  try {
    const { stored, fileName } = await receiveFile(req, {
      maxBytes,
      store: (body, signal) =>
        storage.put(storageKey, body, { signal: AbortSignal.any([signal, deps.stopping]), maxBytes }),
    });
    const path = await storage.localPath(storageKey, tmpdir(), deps.stopping);
    const { kind, contentType } = await inspectUpload(path, { allowedTypes: config.MEDIA_TYPES });
    const inserted = await insertMedia(database, workspaceId, {
      id,
      kind,
      fileName: fileNameOf(fileName),
      contentType,
      storageKey,
      ...stored,
    });
    if (!inserted.isNew) await storage.remove(storageKey);
    // Not waited for: without Redis the sweep finds it.
    else queues.enqueue(probeMedia, { mediaId: id, workspaceId }, id).catch(() => undefined);
    return inserted;
  } catch (error) {
    await storage.remove(storageKey).catch(() => undefined);
    throw error;
  }
}
