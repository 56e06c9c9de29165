import type { DecideRendition } from "@reelay/database";
import {
  conversionTargets,
  mediaProbe,
  planConversion,
  stillOptions as stillSchema,
  type StillOptions,
} from "@reelay/domain";
import { z } from "zod";

const storedOptions = z.object({ still: stillSchema.prefault({}) });

/** How a stored rendition turns a still into a video. */
export function stillOptions(options: unknown): StillOptions {
  return storedOptions.parse(options).still;
}

/** What a probed media needs for a target, from stored JSON: the one rule of the API and of the conversion worker. */
export const decideRendition: DecideRendition = (storedProbe, target, options) => {
  const probe = mediaProbe.parse(storedProbe);
  const plan = planConversion(probe, z.enum(conversionTargets).parse(target), stillOptions(options));
  switch (plan.kind) {
    case "pass":
      return { state: "ready", plan, durationMs: probe.durationMs };
    case "still":
      return { state: "queued", plan };
    case "impossible":
      return { state: "failed", plan, failure: { code: "conversion_impossible", reasons: plan.reasons } };
    default:
      return plan satisfies never;
  }
};
