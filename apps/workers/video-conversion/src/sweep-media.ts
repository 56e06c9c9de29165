import { findOrphanedKeys, findStandingStill } from "@reelay/database";
import { completed, convertMedia, probeMedia, type Handler } from "@reelay/jobs";
import type { ConversionDeps } from "./deps.ts";

const batch = 500;
/** Younger files may belong to a row that is not committed yet. */
const orphanAfterMs = 24 * 60 * 60_000;

/** Finds what should be moving and is not, and bytes that nothing points at. */
export function createSweepMedia(deps: ConversionDeps): Handler<Record<string, never>> {
  return async (_payload, context) => {
    const still = await findStandingStill(deps.database, batch);
    for (const probe of still.probes) await deps.queues.enqueue(probeMedia, probe, probe.mediaId);
    for (const conversion of still.conversions) await deps.queues.enqueue(convertMedia, conversion, conversion.renditionId);
    const removed = await removeOrphans(deps, context.signal);
    await deps.storage.sweepTemporary(orphanAfterMs);
    context.set({ probes_found: still.probes.length, conversions_found: still.conversions.length, orphans_removed: removed });
    return completed;
  };
}

async function removeOrphans(deps: ConversionDeps, signal: AbortSignal): Promise<number> {
  let removed = 0;
  let keys: string[] = [];
  const removeOrphansOf = async (some: string[]) => {
    for (const key of await findOrphanedKeys(deps.database, some)) {
      await deps.storage.remove(key);
      removed += 1;
    }
  };
  for await (const { key, modifiedAt } of deps.storage.list("")) {
    signal.throwIfAborted();
    if (Date.now() - modifiedAt.getTime() > orphanAfterMs) keys.push(key);
    if (keys.length < batch) continue;
    await removeOrphansOf(keys);
    keys = [];
  }
  if (keys.length > 0) await removeOrphansOf(keys);
  return removed;
}
