import type { DecideRendition } from "@reelay/database";
import {
  conversionFits,
  conversionTargets,
  mediaProbe,
  planConversion,
  slideshowOptions,
  stillOptions as stillSchema,
  type ConversionOptions,
  type ConversionPlan,
  type StillOptions,
} from "@reelay/domain";
import { z } from "zod";

const storedOptions = z.object({
  still: stillSchema.prefault({}),
  fit: z.enum(conversionFits).default("pad"),
  slideshow: slideshowOptions.optional(),
});

/** The options of a stored rendition; those that were left out have their defaults. */
export function conversionOptionsOf(options: unknown): ConversionOptions {
  return storedOptions.parse(options);
}

/** How a stored rendition turns a still into a video. */
export function stillOptions(options: unknown): StillOptions {
  return conversionOptionsOf(options).still;
}

/** The plan of a stored rendition, from its media's stored probe. */
export function planRendition(storedProbe: unknown, target: string, options: unknown): ConversionPlan {
  const probe = mediaProbe.parse(storedProbe);
  return planConversion(probe, z.enum(conversionTargets).parse(target), conversionOptionsOf(options));
}

/** What a probed media needs for a target, from stored JSON: the one rule of the API and of the conversion worker. */
export const decideRendition: DecideRendition = (storedProbe, target, options) => {
  const plan = planRendition(storedProbe, target, options);
  switch (plan.kind) {
    case "pass":
      return { state: "ready", plan, durationMs: mediaProbe.parse(storedProbe).durationMs };
    case "remux":
    case "transcode":
    case "still":
    case "slideshow":
    case "photo":
      return { state: "queued", plan };
    case "impossible":
      return { state: "failed", plan, failure: { code: "conversion_impossible", reasons: plan.reasons } };
    default:
      return plan satisfies never;
  }
};
