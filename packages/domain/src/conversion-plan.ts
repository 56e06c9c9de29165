import type { ConversionFit, ConversionOptions, StillOptions } from "./conversion-options.ts";
import {
  isPhotoTarget,
  photoLimits,
  videoLimits,
  type ConversionTarget,
  type VideoLimits,
} from "./conversion-targets.ts";
import type { AudioRecipe, ConversionPlan, Reasons } from "./conversion-recipe.ts";
import type { MediaProbe } from "./media-probe.ts";
import { planPhoto } from "./photo-plan.ts";
import { slideshowFrames, type SlideshowOptions } from "./slideshow.ts";
import { planVideo } from "./video-recipe.ts";
import { brokenRules, type VideoRule } from "./video-rules.ts";

/** Frames of a video of `durationMs`, rounded to the nearest whole frame. */
export function frameCountOf(options: { durationMs: number; fps: number }): number {
  return Math.round((options.durationMs * options.fps) / 1000);
}

/** Decides how media becomes what the target takes. Pure: the same probe and options always give the same plan. */
export function planConversion(
  probe: MediaProbe,
  target: ConversionTarget,
  options: ConversionOptions,
): ConversionPlan {
  if (isPhotoTarget(target)) return planPhoto(probe, photoLimits[target], options.fit);
  const limits = videoLimits[target];
  if (probe.kind === "video") return planMotion(probe, limits, options.fit);
  return options.slideshow ? planSlideshow(limits, options.still, options.slideshow) : planStill(limits, options.still);
}

// What the still path makes; its length and frame are the caller's, and the target's rules hold for them, too.
const stillVideo = {
  kind: "video",
  container: "mp4",
  videoCodec: "h264",
  audioCodec: "aac",
  pixelFormat: "yuv420p",
  hasAudio: true,
  rotation: 0,
  bitrate: null,
  sizeBytes: 0,
  streams: 2,
} as const;

function planStill(limits: VideoLimits, still: StillOptions): ConversionPlan {
  const { width, height, fps, durationMs } = still;
  const reasons = reasonsOf(brokenRules({ ...stillVideo, width, height, fps, durationMs }, limits));
  if (reasons.length > 0) return { kind: "impossible", reasons };
  return { kind: "still", reasons: ["image_needs_video"], still, frameCount: frameCountOf(still) };
}

function planSlideshow(limits: VideoLimits, still: StillOptions, slideshow: SlideshowOptions): ConversionPlan {
  const { fps } = still;
  const frameCount = slideshowFrames(slideshow, { images: slideshow.media.length + 1, fps }).total;
  const plan = planStill(limits, { ...still, durationMs: Math.round((frameCount * 1000) / fps) });
  return plan.kind === "still" ? { ...plan, kind: "slideshow", still, slideshow, frameCount } : plan;
}

/** Decides over any limits, so that the tables of the platforms are not the only ones that are tried. */
export function planMotion(probe: MediaProbe, limits: VideoLimits, fit: ConversionFit): ConversionPlan {
  const broken = brokenRules(probe, limits);
  const reasons = reasonsOf(broken);
  const needs = new Set(broken.map(({ mend }) => mend));
  if (needs.size === 0) return { kind: "pass", reasons: [] };
  if (needs.has("nothing")) return { kind: "impossible", reasons };
  const audio = planAudio(probe, needs.has("audio"));
  if (!needs.has("picture") && canCopyPicture(probe)) return { kind: "remux", reasons, audio };
  const video = planVideo(probe, limits, { fit, audio });
  if (video === null) return { kind: "impossible", reasons };
  return { kind: "transcode", reasons: [...new Set([...reasons, ...lostBy(probe)])], video, audio };
}

/** What an MP4 without an edit list can hold and platforms play. */
function canCopyPicture({ videoCodec, editList }: MediaProbe): boolean {
  return (videoCodec === "h264" || videoCodec === "hevc") && editList !== "cuts";
}

/** Why a new container loses what the old one said. */
function lostBy({ editList }: MediaProbe): Reasons {
  return editList === "cuts" ? ["edit_list_cuts"] : [];
}

/** Above it people hear that sound comes too late; packets that are copied without an edit list begin with the picture. */
const unnoticedMs = 40;

function planAudio(probe: MediaProbe, isBroken: boolean): AudioRecipe {
  if (!probe.hasAudio) return "none";
  const isLate = (probe.audioStartMs ?? 0) - (probe.videoStartMs ?? 0) > unnoticedMs;
  return probe.audioCodec === "aac" && probe.editList !== "cuts" && !isLate && !isBroken ? "copy" : "encode";
}

const reasonsOf = (rules: readonly VideoRule[]): Reasons => rules.map(({ reason }) => reason);
