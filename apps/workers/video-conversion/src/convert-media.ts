import {
  failConversion,
  finishConversion,
  giveBackConversion,
  leaseConversion,
  renewConversion,
  type ConversionLease,
} from "@reelay/database";
import { Failure } from "@reelay/domain";
import { stillOptions } from "@reelay/flows";
import { cancelled, completed, type Handler, type Outcome } from "@reelay/jobs";
import { convertImageToVideo } from "@reelay/media";
import { join } from "node:path";
import type { ConversionDeps } from "./deps.ts";
import { endBadly } from "./end-badly.ts";
import { inTemporaryDirectory } from "./in-temporary-directory.ts";
import { maxTries } from "./judge-failure.ts";
import { keepLease } from "./keep-lease.ts";

/** Executes the plan of one rendition under a lease on its row; the bytes get their name only when they are whole. */
export function createConvertMedia(deps: ConversionDeps): Handler<{ renditionId: string; workspaceId: string }> {
  const { database, times } = deps;
  return async (payload, context) => {
    const lease = await leaseConversion(database, { ...payload, leaseMs: times.leaseMs });
    if (!lease) return completed;
    context.set({ rendition_id: payload.renditionId, media_id: lease.media.id, tries: lease.tries });
    if (lease.tries > maxTries) return await giveUp(deps, lease);
    let percent = 0;
    const kept = keepLease(times, () => renewConversion(database, lease, percent, times.leaseMs), context.signal);
    const onProgress = (value: number) => void (percent = Math.min(99, Math.round(value)));
    try {
      return await inTemporaryDirectory(deps.temporaryDirectory, (directory) =>
        convert(deps, lease, { directory, signal: kept.signal, onProgress }),
      );
    } catch (error) {
      return await endBadly(times, {
        error,
        leaseIsLost: kept.isLost(),
        tries: lease.tries,
        signal: context.signal,
        exhausted: "conversion_failed",
        giveBack: (how) => giveBackConversion(database, lease, how),
        fail: (code) => failConversion(database, lease, { code }),
      });
    } finally {
      kept.end();
    }
  };
}

async function convert(
  deps: ConversionDeps,
  lease: ConversionLease,
  run: { directory: string; signal: AbortSignal; onProgress: (percent: number) => void },
): Promise<Outcome> {
  const { media, rendition } = lease;
  const { directory, signal, onProgress } = run;
  if (media.storageKey === null)
    throw new Failure("media_bytes_missing", { internal: `media ${media.id} has no bytes` });
  const input = await deps.storage.localPath(media.storageKey, directory, signal);
  const output = join(directory, "output.mp4");
  const video = await convertImageToVideo({
    input,
    output,
    options: stillOptions(rendition.options),
    signal,
    onProgress,
    ffmpeg: deps.ffmpeg,
    temporaryDirectory: directory,
  });
  // A name of its own for each try: a slow loser must not replace the winner's bytes.
  const storageKey = `renditions/${rendition.workspaceId}/${rendition.id}-${lease.leaseToken}.mp4`;
  const stored = await deps.storage.putFile(storageKey, output);
  const { contentType, durationMs } = video;
  const done = await finishConversion(deps.database, lease, { storageKey, contentType, durationMs, ...stored });
  if (!done) return await dropUnclaimed(deps, storageKey);
  if (done.due > 0) deps.notifyDue();
  return completed;
}

async function dropUnclaimed(deps: ConversionDeps, storageKey: string): Promise<Outcome> {
  await deps.storage.remove(storageKey);
  return cancelled("the lease was lost");
}

/** Every try so far took its process along, so it never came to say why. */
async function giveUp(deps: ConversionDeps, lease: ConversionLease): Promise<Outcome> {
  await failConversion(deps.database, lease, { code: "conversion_failed" });
  return cancelled("conversion_failed");
}
