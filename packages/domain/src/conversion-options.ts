import { z } from "zod";
import { stillLimits } from "./media-limits.ts";
import { slideshowOptions } from "./slideshow.ts";

const side = z
  .int()
  .min(stillLimits.minSidePixels)
  .max(stillLimits.maxSidePixels)
  .multipleOf(2, { error: "must be even" });

/** How an image becomes a video; used only when the media is an image. Sides are even because 4:2:0 halves them. */
export const stillOptions = z.strictObject({
  durationMs: z.int().min(stillLimits.minDurationMs).max(stillLimits.maxDurationMs).default(5_000),
  width: side.default(1080),
  height: side.default(1920),
  fps: z.int().min(stillLimits.minFps).max(stillLimits.maxFps).default(30),
  fit: z.enum(["pad", "crop", "blur"]).default("pad"),
  silentAudio: z.boolean().default(false),
});
export type StillOptions = z.output<typeof stillOptions>;

/** What happens to a picture whose shape the target does not take: bars are added, or its edges are cut off. */
export const conversionFits = ["pad", "crop"] as const;
export type ConversionFit = (typeof conversionFits)[number];

/** What a caller may choose about a conversion; each choice is used only where the plan needs it. */
export const conversionOptions = z.strictObject({
  still: stillOptions.prefault({}),
  fit: z.enum(conversionFits).default("pad"),
  /** Only for an image and a target that takes videos: this image and others, one after the other. */
  slideshow: slideshowOptions.optional(),
});
export type ConversionOptions = z.output<typeof conversionOptions>;
