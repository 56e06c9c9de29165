/** What we accept to look at, whatever a platform would take: the cost of hostile media is bounded by these. */
export const mediaLimits = {
  image: { maxPixels: 50_000_000, decodeTimeoutMs: 20_000 },
  video: {
    /** One picture: 8K (7680 × 4320). */
    maxPixels: 33_177_600,
    /** Width × height × frames, the true cost of a video: 10 minutes of 2160p at 60 a second. */
    maxPixelFrames: 300_000_000_000,
    maxDurationMs: 60 * 60_000,
    maxStreams: 32,
    probeTimeoutMs: 15_000,
  },
} as const;

/** Bounds of a video made from an image; the platform's own limits are data beside its name (`tiktok-limits.ts`). */
export const stillLimits = {
  minDurationMs: 3_000,
  maxDurationMs: 600_000,
  minSidePixels: 360,
  maxSidePixels: 4_096,
  minFps: 23,
  maxFps: 60,
} as const;
