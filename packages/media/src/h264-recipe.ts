import type { FrameRate } from "@reelay/domain";

/** How moving pictures are coded: SSIM to the source stays above 0.97, in one pass. Measured by `scripts/bench`. */
export const h264Recipe = { preset: "veryfast", quality: 17, maxGroupSeconds: 2 } as const;

/** Of the limit: what rate control may spend, and how much of a second it may spend ahead, so that short videos keep the limit too. */
const shareOfLimit = 0.84;
const secondsAhead = 0.4;

/** Options of libx264: H.264 high, closed groups, bt709 named, at most `maxBitrate` on average. */
export function h264Options(video: {
  frameRate: FrameRate;
  maxBitrate: number | null;
  threads: number;
}): readonly string[] {
  const { preset, quality, maxGroupSeconds } = h264Recipe;
  const { numerator, denominator } = video.frameRate;
  const groupFrames = Math.max(1, Math.floor((maxGroupSeconds * numerator) / denominator));
  const maxrate = Math.floor((video.maxBitrate ?? 0) * shareOfLimit);
  return [
    ...["-c:v", "libx264", "-preset", preset, "-crf", `${quality}`, "-profile:v", "high", "-pix_fmt", "yuv420p"],
    ...["-g", `${groupFrames}`, "-flags:v", "+cgop", "-threads:v", `${video.threads}`],
    ...(maxrate > 0 ? ["-maxrate:v", `${maxrate}`, "-bufsize:v", `${Math.floor(maxrate * secondsAhead)}`] : []),
    ...["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"],
  ];
}
