import { dropUpload, finishUpload, newId, type MediaRow } from "@reelay/database";
import { Failure, fileNameOf } from "@reelay/domain";
import { probeMedia } from "@reelay/jobs";
import { inspectUpload } from "@reelay/media";
import { uploadsDirectory, writeObject } from "@reelay/storage";
import type { Request } from "express";
import { mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { ApiDeps } from "../deps.ts";
import { takeUploadRoom } from "../uploads/take-upload-room.ts";
import { stagedPath } from "../uploads/tus-server.ts";
import { receiveFile } from "./receive-file.ts";

/** Longer than any request may take. */
const roomMs = 2 * 60 * 60_000;

/**
 * Stores an uploaded file as a media that waits to be probed; bytes that the workspace has already are that media again.
 * Throws as `takeUploadRoom`, `receiveFile` and `inspectUpload` do, and then nothing is stored.
 */
export async function storeUpload(
  deps: ApiDeps,
  req: Request,
  workspaceId: string,
): Promise<{ media: MediaRow; isNew: boolean }> {
  const { config, database, storage, queues } = deps;
  const id = newId();
  const storageKey = `media/${workspaceId}/${id}`;
  const path = stagedPath(uploadsDirectory(config), { workspaceId, id });
  const maxBytes = config.MEDIA_MAX_BYTES;
  try {
    const { fileName } = await receiveFile(req, {
      maxBytes,
      async store(body, signal) {
        const sizeBytes = Math.min(Number(req.headers["content-length"] ?? maxBytes), maxBytes);
        await takeUploadRoom(deps, workspaceId, {
          id,
          kind: "multipart",
          sizeBytes,
          metadata: {},
          expiresInMs: roomMs,
        });
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        return await writeObject(path, body, { signal: AbortSignal.any([signal, deps.stopping]), maxBytes });
      },
    });
    const { kind, contentType } = await inspectUpload(path, { allowedTypes: config.MEDIA_TYPES });
    const stored = await storage.putFile(storageKey, path, { signal: deps.stopping });
    const media = { id, kind, fileName: fileNameOf(fileName), contentType, storageKey, ...stored };
    const finished = await finishUpload(database, { workspaceId, id, lockToken: null }, media);
    if (!finished) throw new Failure("internal", { internal: "the room of an upload was lost" });
    // Bytes that stay because the disk fails here are orphans, which the sweep removes.
    if (!finished.isNew) await storage.remove(storageKey).catch(() => undefined);
    // Not waited for: without Redis the sweep finds it.
    else queues.enqueue(probeMedia, { mediaId: id, workspaceId }, id).catch(() => undefined);
    return finished;
  } catch (error) {
    // Not the stored bytes: the commit may have come through and its answer not. Without a row the sweep removes them.
    await Promise.allSettled([dropUpload(database, workspaceId, id), rm(path, { force: true })]);
    throw error;
  }
}
