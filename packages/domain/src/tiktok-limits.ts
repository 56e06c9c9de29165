/**
 * TikTok's documented limits as data. Read 2026-11-22 from
 * https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide (sizes, chunks, media),
 * https://developers.tiktok.com/docs/en/content-posting-api-reference-direct-post (caption, options) and
 * https://developers.tiktok.com/docs/en/tiktok-api-v2-rate-limit (calls).
 */
export const tiktokLimits = {
  captionUtf16Units: 2_200,
  privacyLevels: ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY"],
  video: {
    // "4 GB" read as 2^32; the smaller reading would refuse files that are accepted.
    maxBytes: 4_294_967_296,
    maxDurationMs: 600_000,
    minFps: 23,
    maxFps: 60,
    minSidePixels: 360,
    maxSidePixels: 4_096,
    contentTypes: ["video/mp4", "video/quicktime", "video/webm"],
    containers: ["mp4", "mov", "webm"],
    codecs: ["h264", "hevc", "vp8", "vp9"],
  },
  photo: {
    containers: ["jpeg", "webp"],
    // "20 MB"; the smaller reading is safe, since what is larger can be converted.
    maxBytes: 20_000_000,
    maxCount: 35,
    // "1080p" is the short side: https://github.com/gitroomhq/postiz-app/pull/1875. Nothing is known of the long one.
    maxShortSidePixels: 1_080,
    maxLongSidePixels: 1_920,
  },
  chunk: { minBytes: 5_242_880, maxBytes: 64_000_000, lastMaxBytes: 128_000_000, maxCount: 1_000 },
  /** The whole upload must finish within the life of its address. */
  uploadUrlLifeMs: 60 * 60_000,
  /** An upload that would take longer than this is not begun. */
  uploadMustFinishInMs: 50 * 60_000,
  maxInits: 3,
} as const;

export type TiktokPrivacyLevel = (typeof tiktokLimits.privacyLevels)[number];

/** Calls we allow ourselves per account and endpoint: below the documented 20, 6 and 30 a minute. */
export const tiktokBudgets = {
  creator_info: { limit: 18, windowMs: 60_000 },
  video_init: { limit: 5, windowMs: 60_000 },
  status: { limit: 27, windowMs: 60_000 },
} as const;

export type TiktokEndpoint = keyof typeof tiktokBudgets;
