import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { failConversion, finishConversion, leaseConversion, type ConversionLease, type ConversionResult } from "@reelay/database";
import { Failure } from "@reelay/domain";
import { stillOptions } from "@reelay/flows";
import { cancelled, completed, type Handler, type JobContext, type Outcome } from "@reelay/jobs";
import { convertImageToVideo, getVideoMetadata } from "@reelay/media";
import { maxTries, type ConversionDeps } from "./deps.ts";
import { holdConversion } from "./hold-conversion.ts";

/** Executes the plan of one rendition under a lease on its row; the bytes get their name only when they are whole. */
export function createConvertMedia(deps: ConversionDeps): Handler<{ renditionId: string; workspaceId: string }> {
  return async (payload, context) => {
    const lease = await leaseConversion(deps.database, { ...payload, leaseMs: deps.times.leaseMs });
    if (!lease) return completed;
    context.set({ rendition_id: payload.renditionId });
    const hold = holdConversion(deps, lease, context.signal);
    const output = join(deps.temporaryDirectory, `${randomUUID()}.mp4`);
    try {
      const result = await convert(deps, lease, { output, signal: hold.signal, onProgress: hold.onProgress });
      const done = await finishConversion(deps.database, lease, result);
      if (!done) return await dropUnclaimed(deps, result);
      if (done.due > 0) deps.notifyDue();
      return completed;
    } catch (error) {
      return await giveUpOrThrow(deps, lease, error, hold.isLost(), context);
    } finally {
      hold.end();
      await rm(output, { force: true });
    }
  };
}

async function convert(
  deps: ConversionDeps,
  lease: ConversionLease,
  run: { output: string; signal: AbortSignal; onProgress: (percent: number) => void },
): Promise<ConversionResult> {
  const { media, rendition } = lease;
  if (media.storageKey === null) throw new Failure("media_bytes_missing", { internal: `media ${media.id} has no bytes` });
  const input = await deps.storage.localPath(media.storageKey, deps.temporaryDirectory, run.signal);
  await convertImageToVideo({
    input,
    output: run.output,
    options: stillOptions(rendition.options),
    signal: run.signal,
    onProgress: run.onProgress,
    ffmpeg: deps.ffmpeg,
    temporaryDirectory: deps.temporaryDirectory,
  });
  const { durationMs } = await getVideoMetadata(run.output, { signal: run.signal, ffmpeg: deps.ffmpeg });
  if (durationMs === null) throw new Failure("internal", { internal: `the video made from media ${media.id} has no duration` });
  // A name of its own for each try: a slow loser must not replace the winner's bytes.
  const storageKey = `renditions/${rendition.workspaceId}/${rendition.id}-${lease.leaseToken}.mp4`;
  const stored = await deps.storage.putFile(storageKey, run.output);
  return { storageKey, contentType: "video/mp4", durationMs, ...stored };
}

async function dropUnclaimed(deps: ConversionDeps, result: ConversionResult): Promise<Outcome> {
  await deps.storage.remove(result.storageKey);
  return cancelled("the lease was lost");
}

async function giveUpOrThrow(
  deps: ConversionDeps,
  lease: ConversionLease,
  error: unknown,
  lost: boolean,
  context: JobContext,
): Promise<Outcome> {
  if (lost) return cancelled("the lease was lost");
  const failure = error instanceof Failure ? error : new Failure("internal", { cause: error });
  const ofTheFile = failure.who === "caller" || failure.who === "creator";
  const interrupted = context.signal.aborted;
  const again = interrupted || (!ofTheFile && lease.tries < maxTries);
  await failConversion(deps.database, lease, { code: interrupted ? "conversion_interrupted" : failure.code }, again);
  if (again) throw interrupted ? new Failure("conversion_interrupted", { cause: error }) : error;
  return cancelled(failure.code);
}
