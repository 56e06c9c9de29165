import {
  finishProbe,
  giveBackProbe,
  leaseProbe,
  rejectMedia,
  renewProbe,
  type MediaPictures,
  type ProbeLease,
} from "@reelay/database";
import { Failure, type FailureCode } from "@reelay/domain";
import { decideRendition } from "@reelay/flows";
import { cancelled, completed, convertMedia, type Handler, type Outcome } from "@reelay/jobs";
import { probeMedia as probeFile } from "@reelay/media";
import type { ConversionDeps } from "./deps.ts";
import { makePictures } from "./make-pictures.ts";
import { underLease, type LeasedRun } from "./under-lease.ts";

/** Looks into a media for real (the API only read its first bytes), and decides every rendition that waited for it. */
export function createProbeMedia(deps: ConversionDeps): Handler<{ mediaId: string; workspaceId: string }> {
  const { database, times } = deps;
  return async (payload, context) => {
    const lease = await leaseProbe(database, { ...payload, leaseMs: times.leaseMs });
    if (!lease) return completed;
    context.set({ media_id: payload.mediaId, media_bytes: lease.media.sizeBytes, tries: lease.tries });
    return await underLease(deps, context, {
      tries: lease.tries,
      exhausted: "media_too_complex",
      renew: () => renewProbe(database, lease, times.leaseMs),
      run: (run) => probe(deps, lease, run),
      giveBack: (how) => giveBackProbe(database, lease, how),
      fail: (code) => reject(deps, lease, code),
    });
  };
}

async function probe(deps: ConversionDeps, lease: ProbeLease, run: LeasedRun): Promise<Outcome> {
  const { database, storage, queues, ffmpeg } = deps;
  const { media } = lease;
  if (media.storageKey === null)
    throw new Failure("media_bytes_missing", { internal: `media ${media.id} has no bytes` });
  const path = await storage.localPath(media.storageKey, run.directory, run.signal);
  const found = await probeFile(path, media.kind, { signal: run.signal, ffmpeg });
  const pictures = await makePictures(deps, { media, path, probe: found, leaseToken: lease.leaseToken, ...run });
  const after = await finishProbe(database, lease, found, decideRendition, pictures);
  if (!after) return await dropUnclaimed(deps, pictures);
  if (after.due > 0) deps.notifyDue();
  const { workspaceId } = media;
  // The sweep finds those that Redis does not take.
  await Promise.allSettled(
    after.convert.map((id) => queues.enqueue(convertMedia, { renditionId: id, workspaceId }, id)),
  );
  return completed;
}

async function dropUnclaimed({ storage }: ConversionDeps, pictures: MediaPictures): Promise<Outcome> {
  for (const key of [pictures.posterStorageKey, pictures.thumbnailStorageKey]) {
    if (key !== null) await storage.remove(key);
  }
  return cancelled("the lease was lost");
}

/** Rejected for good; bytes that stay because we die here are orphans, which the sweep removes. */
async function reject(deps: ConversionDeps, lease: ProbeLease, code: FailureCode): Promise<void> {
  const rejected = await rejectMedia(deps.database, lease, { code });
  if (rejected?.storageKey) await deps.storage.remove(rejected.storageKey);
}
