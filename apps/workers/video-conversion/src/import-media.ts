import {
  finishImport,
  giveBackImport,
  leaseImport,
  rejectImport,
  renewImport,
  takeImportRoom,
  type ImportLease,
} from "@reelay/database";
import { Failure } from "@reelay/domain";
import { cancelled, completed, probeMedia, type Handler, type Outcome } from "@reelay/jobs";
import { inspectUpload } from "@reelay/media";
import { requireSpace } from "@reelay/storage";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { ConversionDeps } from "./deps.ts";
import { underLease, type LeasedRun } from "./under-lease.ts";

/** The whole of one try, however slowly its bytes come. */
const downloadMs = 15 * 60_000;

/** Fetches a media from the address that somebody gave for it, under a lease on its row. */
export function createImportMedia(deps: ConversionDeps): Handler<{ mediaId: string; workspaceId: string }> {
  const { database, times } = deps;
  return async (payload, context) => {
    const lease = await leaseImport(database, { ...payload, leaseMs: times.leaseMs });
    if (!lease) return completed;
    context.set({ media_id: payload.mediaId, tries: lease.tries });
    return await underLease(deps, context, {
      tries: lease.tries,
      exhausted: "media_url_unreachable",
      renew: () => renewImport(database, lease, times.leaseMs),
      run: (run) => fetchFile(deps, lease, run),
      giveBack: (how) => giveBackImport(database, lease, how),
      fail: (code) => rejectImport(database, lease, { code }),
    });
  };
}

async function fetchFile(deps: ConversionDeps, lease: ImportLease, run: LeasedRun): Promise<Outcome> {
  const { database, queues, storage, uploads } = deps;
  const { id, workspaceId } = lease.media;
  const path = join(run.directory, "imported");
  await download(deps, lease, { path, signal: run.signal });
  const { kind, contentType } = await inspectUpload(path, { allowedTypes: uploads.allowedTypes });
  // A name of its own for each try: a slow loser must not replace the winner's bytes.
  const storageKey = `media/${workspaceId}/${id}-${lease.leaseToken}`;
  const stored = await storage.putFile(storageKey, path, { signal: run.signal });
  if (!(await finishImport(database, lease, { kind, contentType, storageKey, ...stored }))) {
    await storage.remove(storageKey);
    return cancelled("the lease was lost");
  }
  // The sweep finds it when Redis does not take it.
  await queues.enqueue(probeMedia, { mediaId: id, workspaceId }, id).catch(() => undefined);
  return completed;
}

async function download(
  { database, outbound, times, uploads, temporaryDirectory }: ConversionDeps,
  lease: ImportLease,
  { path, signal }: { path: string; signal: AbortSignal },
): Promise<void> {
  const { keepFreeBytes, limits, maxBytes: wantedBytes } = uploads;
  await requireSpace(temporaryDirectory, { neededBytes: wantedBytes, keepFreeBytes });
  const maxBytes = await takeImportRoom(database, lease, { wantedBytes, limits });
  if (maxBytes === 0) throw new Failure("quota_exceeded");
  const late = AbortSignal.timeout(times.scale(downloadMs));
  try {
    await outbound.download(lease.url, path, { maxBytes, signal: AbortSignal.any([signal, late]) });
  } catch (error) {
    if (late.aborted && !signal.aborted) throw new Failure("media_url_unreachable", { cause: error });
    const isOurBound = maxBytes < wantedBytes && error instanceof Failure && error.code === "media_too_large";
    throw isOurBound ? new Failure("quota_exceeded") : error;
  }
  if ((await stat(path)).size === 0) throw new Failure("media_empty");
}
