import { instagramLimits } from "./instagram-limits.ts";
import { tiktokLimits } from "./tiktok-limits.ts";

export const videoTargets = ["tiktok-video", "instagram-reel", "instagram-story", "instagram-carousel-video"] as const;
export const photoTargets = ["tiktok-photo", "instagram-image"] as const;

export const conversionTargets = [...videoTargets, ...photoTargets] as const;
export type VideoTarget = (typeof videoTargets)[number];
export type PhotoTarget = (typeof photoTargets)[number];
export type ConversionTarget = (typeof conversionTargets)[number];

/** Whether the target takes photos; the others take videos. */
export function isPhotoTarget(target: ConversionTarget): target is PhotoTarget {
  return photoTargets.some((name) => name === target);
}

/** What a platform takes as a video. Null and absent mean that the platform names no limit. */
export interface VideoLimits {
  readonly containers: readonly string[];
  readonly codecs: readonly string[];
  readonly minFps: number;
  readonly maxFps: number;
  readonly minSidePixels: number | null;
  readonly maxSidePixels: number | null;
  readonly maxWidthPixels: number | null;
  /** Width by height, as shown. */
  readonly minAspect: number | null;
  readonly maxAspect: number | null;
  readonly minDurationMs: number | null;
  readonly maxDurationMs: number;
  readonly maxBytes: number;
  readonly maxVideoBitrate: number | null;
  readonly audio: AudioLimits;
  readonly takesEditList: boolean;
  readonly needsIndexFirst: boolean;
  readonly needsClosedGroups: boolean;
}

export interface AudioLimits {
  readonly codecs: readonly string[];
  readonly maxSampleRate: number | null;
  readonly maxChannels: number | null;
}

export interface PhotoLimits {
  readonly containers: readonly string[];
  readonly maxBytes: number;
  readonly maxShortSidePixels: number | null;
  readonly maxLongSidePixels: number | null;
  readonly minAspect: number | null;
  readonly maxAspect: number | null;
  /** Of a photo that is made; none is refused for its width. */
  readonly madeWidthPixels: { readonly min: number; readonly max: number } | null;
}

const unlimited = {
  minSidePixels: null,
  maxSidePixels: null,
  maxWidthPixels: null,
  minAspect: null,
  maxAspect: null,
  minDurationMs: null,
  maxVideoBitrate: null,
  takesEditList: true,
  needsIndexFirst: false,
  needsClosedGroups: false,
} as const;

// TikTok names no audio codec: these are the ones that go with its containers.
const tiktokAudio: AudioLimits = { codecs: ["aac", "mp3", "opus", "vorbis"], maxSampleRate: null, maxChannels: null };

export const videoLimits: Readonly<Record<VideoTarget, VideoLimits>> = {
  "tiktok-video": { ...unlimited, ...tiktokLimits.video, audio: tiktokAudio },
  "instagram-reel": { ...unlimited, ...instagramLimits.reel },
  "instagram-story": { ...unlimited, ...instagramLimits.story },
  "instagram-carousel-video": { ...unlimited, ...instagramLimits.carouselVideo },
};

const { minWidthPixels, maxWidthPixels, ...instagramImage } = instagramLimits.image;

export const photoLimits: Readonly<Record<PhotoTarget, PhotoLimits>> = {
  "tiktok-photo": { ...tiktokLimits.photo, minAspect: null, maxAspect: null, madeWidthPixels: null },
  "instagram-image": {
    ...instagramImage,
    maxShortSidePixels: null,
    maxLongSidePixels: null,
    madeWidthPixels: { min: minWidthPixels, max: maxWidthPixels },
  },
};
