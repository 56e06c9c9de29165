const megabyte = 1_000_000;

const reel = {
  containers: ["mp4", "mov"],
  codecs: ["h264", "hevc"],
  chroma: "4:2:0",
  minFps: 23,
  maxFps: 60,
  maxWidthPixels: 1_920,
  minAspect: 0.01,
  maxAspect: 10,
  minDurationMs: 3_000,
  maxDurationMs: 15 * 60_000,
  // "300 MB"; the smaller reading is safe, since what is larger can be converted.
  maxBytes: 300 * megabyte,
  maxVideoBitrate: 25_000_000,
  audio: { codecs: ["aac"], maxSampleRate: 48_000, maxChannels: 2 },
  takesEditList: false,
  needsIndexFirst: true,
  needsClosedGroups: true,
} as const;

/**
 * Instagram's documented limits of media as data. Read 2026-11-22 from
 * https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media (image, reel, story). A video in
 * a carousel has no figures of its own there: the reel's are used.
 */
export const instagramLimits = {
  reel,
  carouselVideo: reel,
  story: { ...reel, minAspect: 0.1, maxDurationMs: 60_000, maxBytes: 100 * megabyte },
  image: {
    containers: ["jpeg"],
    maxBytes: 8 * megabyte,
    minAspect: 4 / 5,
    maxAspect: 1.91,
    /** Instagram scales what lies outside; it refuses nothing for its width. */
    minWidthPixels: 320,
    maxWidthPixels: 1_440,
  },
} as const;
