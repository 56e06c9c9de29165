import { constantRate } from "./constant-rate.ts";
import type { ConversionFit } from "./conversion-options.ts";
import type { AudioRecipe, VideoRecipe } from "./conversion-recipe.ts";
import type { VideoLimits } from "./conversion-targets.ts";
import { fitAspect } from "./fit-aspect.ts";
import type { MediaProbe } from "./media-probe.ts";
import { shownSize, type Size } from "./shown-size.ts";
import { isHdr } from "./video-rules.ts";

/** What we make is bounded where the platform names no bound: by H.264 level 5.1 and by what anybody can see. */
export const madeVideo = {
  minSidePixels: 16,
  maxSidePixels: 4_096,
  maxPixels: 4_096 * 2_304,
  maxBitrate: 50_000_000,
  /** Below this a picture is not worth showing. */
  minBitrate: 300_000,
  /** Of the bytes a platform takes; the rest is for the container and the encoder's freedom. */
  usedBytes: 0.95,
  encodedAudioBitrate: 192_000,
  /** Where a source does not say how much its copied audio takes: AAC at its highest. */
  copiedAudioBitrate: 576_000,
} as const;

/** How pictures become what the limits say; null when no bit rate worth showing fits. */
export function planVideo(
  probe: MediaProbe,
  limits: VideoLimits,
  chosen: { fit: ConversionFit; audio: AudioRecipe },
): VideoRecipe | null {
  const maxBitrate = bitrateThatFits(probe, limits, chosen.audio);
  if (maxBitrate < madeVideo.minBitrate) return null;
  const bounds = {
    min: limits.minSidePixels ?? madeVideo.minSidePixels,
    max: limits.maxSidePixels ?? madeVideo.maxSidePixels,
  };
  const aspects = {
    min: Math.max(limits.minAspect ?? 0, bounds.min / bounds.max),
    max: Math.min(limits.maxAspect ?? Infinity, bounds.max / bounds.min),
  };
  const { fit, ...shape } = fitAspect(shownSize(probe), aspects, chosen.fit);
  const size = evenSize(shape, { ...bounds, maxWidth: limits.maxWidthPixels ?? bounds.max }, aspects);
  return {
    ...size,
    fit,
    frameRate: constantRate(probe, limits),
    deinterlace: probe.scan === "interlaced",
    toneMap: isHdr(probe),
    maxBitrate,
  };
}

function bitrateThatFits(probe: MediaProbe, limits: VideoLimits, audio: AudioRecipe): number {
  const seconds = (probe.durationMs ?? 0) / 1000;
  const whole = Math.floor((limits.maxBytes * madeVideo.usedBytes * 8) / seconds);
  return Math.min(limits.maxVideoBitrate ?? Infinity, madeVideo.maxBitrate, whole - audioBitrate(probe, audio));
}

function audioBitrate({ bitrate, videoBitrate }: MediaProbe, audio: AudioRecipe): number {
  if (audio === "none") return 0;
  if (audio === "encode") return madeVideo.encodedAudioBitrate;
  const known = (bitrate ?? 0) - (videoBitrate ?? Infinity);
  return known > 0 ? known : madeVideo.copiedAudioBitrate;
}

interface Sides {
  readonly min: number;
  readonly max: number;
  readonly maxWidth: number;
}

/** Scaled into the bounds and rounded to even, without leaving the aspects that are taken. */
function evenSize(shape: Size, sides: Sides, aspects: { min: number; max: number }): Size {
  const { width, height } = shape;
  const shrink = Math.min(
    1,
    sides.maxWidth / width,
    sides.max / width,
    sides.max / height,
    Math.sqrt(madeVideo.maxPixels / (width * height)),
  );
  const scale = Math.max(shrink, sides.min / width, sides.min / height);
  const even = (pixels: number, max: number) => Math.min(Math.max(2 * Math.round(pixels / 2), sides.min), max);
  const made = { width: even(width * scale, sides.maxWidth), height: even(height * scale, sides.max) };
  if (made.width / made.height > aspects.max)
    return made.height + 2 <= sides.max ? { ...made, height: made.height + 2 } : { ...made, width: made.width - 2 };
  if (made.width / made.height < aspects.min)
    return made.width + 2 <= sides.maxWidth ? { ...made, width: made.width + 2 } : { ...made, height: made.height - 2 };
  return made;
}
