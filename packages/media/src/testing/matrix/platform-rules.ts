/**
 * What the platforms print about media, written down a second time and by another hand than the limits that the planner uses:
 * a slip in one of them shows. TikTok: https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide; Instagram:
 * https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media, both read 2026-11-22.
 */
export interface VideoRules {
  readonly containers: readonly string[];
  readonly codecs: readonly string[];
  readonly fps: readonly [least: number, most: number];
  readonly seconds: readonly [least: number, most: number];
  readonly maxBytes: number;
  readonly maxWidth: number;
  readonly minSide: number;
  readonly maxSide: number;
  readonly aspect: readonly [least: number, most: number];
  readonly maxVideoBitrate: number;
  /** The rest of Instagram's column: 4:2:0, progressive, closed groups, AAC, index first, no edit list. */
  readonly strict: boolean;
}

const anything = Number.POSITIVE_INFINITY;

const instagram: Omit<VideoRules, "seconds" | "maxBytes" | "aspect"> = {
  containers: ["mp4", "mov"],
  codecs: ["h264", "hevc"],
  fps: [23, 60],
  maxWidth: 1_920,
  minSide: 1,
  maxSide: anything,
  maxVideoBitrate: 25_000_000,
  strict: true,
};
const reel: VideoRules = { ...instagram, seconds: [3, 15 * 60], maxBytes: 300_000_000, aspect: [0.01, 10] };

export const videoRules = {
  "tiktok-video": {
    containers: ["mp4", "mov", "webm"],
    codecs: ["h264", "hevc", "vp8", "vp9"],
    fps: [23, 60],
    seconds: [0, 600],
    // "4 GB", in the larger reading.
    maxBytes: 4 * 1_024 ** 3,
    maxWidth: 4_096,
    minSide: 360,
    maxSide: 4_096,
    aspect: [0, anything],
    maxVideoBitrate: anything,
    strict: false,
  },
  "instagram-reel": reel,
  "instagram-carousel-video": reel,
  "instagram-story": { ...instagram, seconds: [3, 60], maxBytes: 100_000_000, aspect: [0.1, 10] },
} as const satisfies Record<string, VideoRules>;

export interface PhotoRules {
  readonly formats: readonly string[];
  readonly maxBytes: number;
  readonly maxShortSide: number;
  readonly maxLongSide: number;
  readonly width: readonly [least: number, most: number];
  readonly aspect: readonly [least: number, most: number];
}

export const photoRules = {
  "tiktok-photo": {
    formats: ["jpeg", "webp"],
    maxBytes: 20_000_000,
    maxShortSide: 1_080,
    maxLongSide: 1_920,
    width: [1, anything],
    aspect: [0, anything],
  },
  // A width outside 320-1440 is scaled by Instagram, so it is nothing that must be put right.
  "instagram-image": {
    formats: ["jpeg"],
    maxBytes: 8_000_000,
    maxShortSide: anything,
    maxLongSide: anything,
    width: [1, anything],
    aspect: [4 / 5, 1.91],
  },
  "instagram-story": {
    formats: ["jpeg"],
    maxBytes: 8_000_000,
    maxShortSide: anything,
    maxLongSide: anything,
    width: [1, anything],
    aspect: [0, anything],
  },
} as const satisfies Record<string, PhotoRules>;
