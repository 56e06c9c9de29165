import { z } from "zod";
import { stillLimits } from "./media-limits.ts";
import type { MediaProbe } from "./media-probe.ts";
import { tiktokLimits } from "./tiktok-limits.ts";

export const conversionTargets = ["tiktok-video"] as const;
export type ConversionTarget = (typeof conversionTargets)[number];

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

export const conversionReasons = [
  "image_needs_video",
  "container_not_accepted",
  "codec_not_accepted",
  "fps_too_low",
  "fps_too_high",
  "fps_unknown",
  "side_too_small",
  "side_too_large",
  "too_long",
  "too_large",
  "duration_unknown",
  "no_video_stream",
  "conversion_not_supported",
] as const;
export type ConversionReason = (typeof conversionReasons)[number];

/** What has to be done to media before a platform takes it. `reasons` say why it does not fit as it is. */
export type ConversionPlan =
  | { readonly kind: "pass"; readonly reasons: readonly [] }
  | {
      readonly kind: "still";
      readonly reasons: readonly ConversionReason[];
      readonly still: StillOptions;
      readonly frameCount: number;
    }
  | { readonly kind: "impossible"; readonly reasons: readonly ConversionReason[] };

/** Frames of a video of `durationMs`, rounded to the nearest whole frame. */
export function frameCountOf(options: { durationMs: number; fps: number }): number {
  return Math.round((options.durationMs * options.fps) / 1000);
}

/** Decides how media becomes what the target takes. Pure: the same probe and options always give the same plan. */
export function planConversion(probe: MediaProbe, target: ConversionTarget, options: StillOptions): ConversionPlan {
  switch (target) {
    case "tiktok-video":
      return probe.kind === "image" ? planStill(options) : planTiktokVideo(probe);
  }
  return target satisfies never;
}

function planStill(options: StillOptions): ConversionPlan {
  return { kind: "still", reasons: ["image_needs_video"], still: options, frameCount: frameCountOf(options) };
}

// Measured rates of real cameras lie a little beside the nominal one (60.02 for 60).
const fpsTolerance = 0.1;

/** @see tiktokLimits for where TikTok says it. Rotation, audio, aspect and bit rate are not limited there. */
function planTiktokVideo(probe: MediaProbe): ConversionPlan {
  const limits = tiktokLimits.video;
  const containers: readonly string[] = ["mp4", "mov", "webm"];
  const codecs: readonly string[] = limits.codecs;
  const sides = [probe.width, probe.height];
  const fixable: ConversionReason[] = [];
  const final: ConversionReason[] = [];

  if (probe.videoCodec === null) final.push("no_video_stream");
  else if (!codecs.includes(probe.videoCodec)) fixable.push("codec_not_accepted");
  if (!containers.includes(probe.container)) fixable.push("container_not_accepted");
  if (probe.fps === null) fixable.push("fps_unknown");
  else if (probe.fps < limits.minFps - fpsTolerance) fixable.push("fps_too_low");
  else if (probe.fps > limits.maxFps + fpsTolerance) fixable.push("fps_too_high");
  if (sides.some((pixels) => pixels < limits.minSidePixels)) fixable.push("side_too_small");
  if (sides.some((pixels) => pixels > limits.maxSidePixels)) fixable.push("side_too_large");
  if (probe.sizeBytes > limits.maxBytes) fixable.push("too_large");
  if (probe.durationMs === null) final.push("duration_unknown");
  else if (probe.durationMs > limits.maxDurationMs) final.push("too_long");

  if (final.length > 0) return { kind: "impossible", reasons: [...final, ...fixable] };
  if (fixable.length > 0) return { kind: "impossible", reasons: [...fixable, "conversion_not_supported"] };
  return { kind: "pass", reasons: [] };
}
