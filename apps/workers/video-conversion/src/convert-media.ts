import {
  failConversion,
  finishConversion,
  giveBackConversion,
  leaseConversion,
  renewConversion,
  type ConversionLease,
  type ConversionResult,
} from "@reelay/database";
import { Failure } from "@reelay/domain";
import { cancelled, completed, type Handler, type Outcome } from "@reelay/jobs";
import type { ConversionProgress } from "@reelay/media";
import type { ConversionDeps } from "./deps.ts";
import { executePlan, type ConversionRun } from "./execute-plan.ts";
import { underLease } from "./under-lease.ts";

/** Executes the plan of one rendition under a lease on its row; the bytes get their name only when they are whole. */
export function createConvertMedia(deps: ConversionDeps): Handler<{ renditionId: string; workspaceId: string }> {
  const { database, times } = deps;
  return async (payload, context) => {
    const lease = await leaseConversion(database, { ...payload, leaseMs: times.leaseMs });
    if (!lease) return completed;
    context.set({ rendition_id: payload.renditionId, media_id: lease.media.id, tries: lease.tries });
    let progress: ConversionProgress = { percent: 0, timeLeftMs: null };
    const onProgress = ({ percent, timeLeftMs }: ConversionProgress) => {
      progress = { percent: Math.min(99, Math.round(percent)), timeLeftMs };
    };
    return await underLease(deps, context, {
      tries: lease.tries,
      exhausted: "conversion_failed",
      renew: () => renewConversion(database, lease, progress, times.leaseMs),
      run: (run) => convert(deps, lease, { ...run, onProgress }),
      giveBack: (how) => giveBackConversion(database, lease, how),
      fail: (code) => failConversion(database, lease, { code }),
    });
  };
}

async function convert(deps: ConversionDeps, lease: ConversionLease, run: ConversionRun): Promise<Outcome> {
  const { result, isOurs } = await makeResult(deps, lease, run);
  const done = await finishConversion(deps.database, lease, result);
  if (!done) return await dropUnclaimed(deps, isOurs ? result.storageKey : null);
  if (done.due > 0) deps.notifyDue();
  return completed;
}

/** Where the bytes of the rendition are; `isOurs` when they were made for it. */
async function makeResult(
  deps: ConversionDeps,
  lease: ConversionLease,
  run: ConversionRun,
): Promise<{ result: ConversionResult; isOurs: boolean }> {
  const { media, rendition } = lease;
  const made = await executePlan(deps, lease, run);
  if (made.path === null) {
    const { storageKey, contentType, sizeBytes, sha256 } = media;
    if (storageKey === null) throw new Failure("media_bytes_missing", { internal: `media ${media.id} has no bytes` });
    return { result: { storageKey, contentType, sizeBytes, sha256, durationMs: made.durationMs }, isOurs: false };
  }
  // A name of its own for each try: a slow loser must not replace the winner's bytes.
  const storageKey = `renditions/${rendition.workspaceId}/${rendition.id}-${lease.leaseToken}.${made.ending}`;
  const stored = await deps.storage.putFile(storageKey, made.path, { signal: run.signal });
  const { contentType, durationMs } = made;
  return { result: { storageKey, contentType, durationMs, ...stored }, isOurs: true };
}

async function dropUnclaimed(deps: ConversionDeps, storageKey: string | null): Promise<Outcome> {
  if (storageKey !== null) await deps.storage.remove(storageKey);
  return cancelled("the lease was lost");
}
