import { findStandingStill } from "@reelay/database";
import { completed, convertMedia, importMedia, probeMedia, type Handler } from "@reelay/jobs";
import type { ConversionDeps } from "./deps.ts";

const batch = 500;

/** Finds media and renditions that should be moving and are not: their jobs, or their workers, were lost. */
export function createSweepMedia({
  database,
  queues,
}: Pick<ConversionDeps, "database" | "queues">): Handler<Record<string, never>> {
  return async (_payload, context) => {
    const { imports, probes, conversions } = await findStandingStill(database, batch);
    for (const wanted of imports) await queues.enqueue(importMedia, wanted, wanted.mediaId);
    for (const probe of probes) await queues.enqueue(probeMedia, probe, probe.mediaId);
    for (const conversion of conversions) await queues.enqueue(convertMedia, conversion, conversion.renditionId);
    context.set({ imports_found: imports.length, probes_found: probes.length, conversions_found: conversions.length });
    return completed;
  };
}
