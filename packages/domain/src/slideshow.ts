import { z } from "zod";

/** Bounds of a slideshow; a platform's own limits are data beside its name. */
export const slideshowLimits = {
  minImages: 2,
  maxImages: 35,
  minImageDurationMs: 500,
  maxImageDurationMs: 20_000,
  maxCrossFadeMs: 2_000,
} as const;

/** How several images become one video. Each is shown for `imageDurationMs`, its cross-fades with those beside it included. */
export const slideshowOptions = z
  .strictObject({
    /** The images after the first, in order. */
    media: z
      .array(z.uuid())
      .min(slideshowLimits.minImages - 1)
      .max(slideshowLimits.maxImages - 1),
    imageDurationMs: z
      .int()
      .min(slideshowLimits.minImageDurationMs)
      .max(slideshowLimits.maxImageDurationMs)
      .default(3_000),
    crossFadeMs: z.int().min(0).max(slideshowLimits.maxCrossFadeMs).default(500),
  })
  .refine(({ imageDurationMs, crossFadeMs }) => 2 * crossFadeMs <= imageDurationMs, {
    path: ["crossFadeMs"],
    error: "must be at most half as long as an image is shown",
  });
export type SlideshowOptions = z.output<typeof slideshowOptions>;

export interface SlideshowFrames {
  /** Of one image, its cross-fades included. */
  readonly image: number;
  readonly crossFade: number;
  /** From the beginning of an image to that of the next. */
  readonly period: number;
  readonly total: number;
}

/** A slideshow in whole frames. */
export function slideshowFrames(
  { imageDurationMs, crossFadeMs }: Pick<SlideshowOptions, "imageDurationMs" | "crossFadeMs">,
  { images, fps }: { images: number; fps: number },
): SlideshowFrames {
  const image = Math.max(1, Math.round((imageDurationMs * fps) / 1000));
  const crossFade = Math.min(Math.round((crossFadeMs * fps) / 1000), Math.floor(image / 2));
  const period = image - crossFade;
  return { image, crossFade, period, total: period * (images - 1) + image };
}
