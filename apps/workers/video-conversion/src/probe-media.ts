import { finishProbe, leaseProbe, rejectMedia, releaseProbe, type ProbeLease } from "@reelay/database";
import { Failure } from "@reelay/domain";
import { decideRendition } from "@reelay/flows";
import { cancelled, completed, convertMedia, type Handler, type JobContext, type Outcome } from "@reelay/jobs";
import { probeMedia as probeFile } from "@reelay/media";
import { maxTries, type ConversionDeps } from "./deps.ts";

const leaseMs = 6 * 60_000;

/** Looks into a media for real (the API only read its first bytes), and decides every rendition that waited for it. */
export function createProbeMedia(deps: ConversionDeps): Handler<{ mediaId: string; workspaceId: string }> {
  return async (payload, context) => {
    const lease = await leaseProbe(deps.database, { ...payload, leaseMs: deps.times.scale(leaseMs) });
    if (!lease) return completed;
    context.set({ media_id: payload.mediaId, media_bytes: lease.media.sizeBytes });
    try {
      return await probe(deps, lease, context);
    } catch (error) {
      return await giveUpOrThrow(deps, lease, error);
    }
  };
}

async function probe(deps: ConversionDeps, lease: ProbeLease, context: JobContext): Promise<Outcome> {
  const { database, storage, queues } = deps;
  const { media } = lease;
  if (media.storageKey === null) throw new Failure("media_bytes_missing", { internal: `media ${media.id} has no bytes` });
  const path = await storage.localPath(media.storageKey, deps.temporaryDirectory, context.signal);
  const found = await probeFile(path, media.kind, { signal: context.signal, ffmpeg: deps.ffmpeg });
  const after = await finishProbe(database, lease, found, decideRendition);
  if (!after) return cancelled("the lease was lost");
  if (after.due > 0) deps.notifyDue();
  for (const renditionId of after.convert) {
    // The sweep finds it when Redis does not take it.
    await queues.enqueue(convertMedia, { renditionId, workspaceId: media.workspaceId }, renditionId).catch(() => undefined);
  }
  return completed;
}

/** A file at fault is rejected and its bytes removed; a cause of ours is tried again. */
async function giveUpOrThrow(deps: ConversionDeps, lease: ProbeLease, error: unknown): Promise<Outcome> {
  const failure = error instanceof Failure ? error : new Failure("internal", { cause: error });
  const ofTheFile = failure.who === "caller" || failure.who === "creator";
  if (!ofTheFile && lease.tries < maxTries) {
    await releaseProbe(deps.database, lease);
    throw error;
  }
  const rejected = await rejectMedia(deps.database, lease, { code: failure.code });
  if (rejected?.storageKey) await deps.storage.remove(rejected.storageKey);
  return cancelled(failure.code);
}
