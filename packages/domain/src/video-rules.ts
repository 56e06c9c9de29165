import type { ConversionReason } from "./conversion-reasons.ts";
import type { VideoLimits } from "./conversion-targets.ts";
import type { MediaProbe } from "./media-probe.ts";
import { shownSize, type Size } from "./shown-size.ts";

/** What helps against a broken rule: a new container, new audio packets, new pictures, or nothing. */
export type Mend = "container" | "audio" | "picture" | "nothing";

interface VideoCase {
  readonly probe: MediaProbe;
  readonly limits: VideoLimits;
  readonly shown: Size;
}

export interface VideoRule {
  readonly reason: ConversionReason;
  readonly mend: Mend;
  readonly isBroken: (video: VideoCase) => boolean;
}

// Measured rates of real cameras lie a little beside the nominal one (60.02 for 60).
const fpsTolerance = 0.1;
const hdrTransfers: readonly (string | undefined)[] = ["smpte2084", "arib-std-b67"];
const halvedColors = /^(yuvj?420p|nv12|nv21|p0\d\d)/;

const above = (value: number, limit: number | null) => limit !== null && value > limit;
const below = (value: number, limit: number | null) => limit !== null && value < limit;

/** Whether the picture is brighter than standard screens show (PQ, HLG). */
export function isHdr(probe: MediaProbe): boolean {
  return hdrTransfers.includes(probe.colorTransfer);
}

/** Bits of a colour; from the pixel format's name where the probe is older than the trait. */
export function bitDepthOf({ bitDepth, pixelFormat }: MediaProbe): number {
  return bitDepth ?? Number(/p0?(\d+)(le|be)$/.exec(pixelFormat ?? "")?.[1] ?? 8);
}

const nothing: readonly VideoRule[] = [
  { reason: "no_video_stream", mend: "nothing", isBroken: ({ probe }) => probe.videoCodec === null },
  { reason: "size_unknown", mend: "nothing", isBroken: ({ probe }) => probe.width < 1 || probe.height < 1 },
  { reason: "duration_unknown", mend: "nothing", isBroken: ({ probe }) => (probe.durationMs ?? 0) === 0 },
  {
    reason: "too_short",
    mend: "nothing",
    isBroken: ({ probe, limits }) => below(probe.durationMs || Infinity, limits.minDurationMs),
  },
  {
    reason: "too_long",
    mend: "nothing",
    isBroken: ({ probe, limits }) => above(probe.durationMs ?? 0, limits.maxDurationMs),
  },
];

const container: readonly VideoRule[] = [
  {
    reason: "container_not_accepted",
    mend: "container",
    isBroken: ({ probe, limits }) => !limits.containers.includes(probe.container),
  },
  {
    reason: "index_last",
    mend: "container",
    isBroken: ({ probe, limits }) => limits.needsIndexFirst && probe.isIndexFirst === false,
  },
  {
    reason: "edit_list_present",
    mend: "container",
    isBroken: ({ probe, limits }) => !limits.takesEditList && probe.editList === "simple",
  },
  {
    reason: "streams_extra",
    mend: "container",
    isBroken: ({ probe }) => (probe.videoStreams ?? 1) > 1 || (probe.audioStreams ?? 1) > 1,
  },
];

const picture: readonly VideoRule[] = [
  {
    reason: "edit_list_cuts",
    mend: "picture",
    isBroken: ({ probe, limits }) => !limits.takesEditList && probe.editList === "cuts",
  },
  {
    reason: "codec_not_accepted",
    mend: "picture",
    isBroken: ({ probe, limits }) => probe.videoCodec !== null && !limits.codecs.includes(probe.videoCodec),
  },
  // The platforms show 8 bits, SDR, square pixels, progressive: what they would make of anything else is their guess.
  {
    reason: "chroma_not_accepted",
    mend: "picture",
    isBroken: ({ probe }) => !halvedColors.test(probe.pixelFormat ?? ""),
  },
  { reason: "bit_depth_not_accepted", mend: "picture", isBroken: ({ probe }) => bitDepthOf(probe) > 8 },
  { reason: "hdr_not_accepted", mend: "picture", isBroken: ({ probe }) => isHdr(probe) },
  { reason: "interlaced", mend: "picture", isBroken: ({ probe }) => probe.scan === "interlaced" },
  {
    reason: "group_open",
    mend: "picture",
    isBroken: ({ probe, limits }) => limits.needsClosedGroups && probe.hasOpenGroups === true,
  },
  // TikTok refuses some screen recordings for this: https://github.com/em1dev/ElPatoClip/issues/46.
  { reason: "fps_variable", mend: "picture", isBroken: ({ probe }) => probe.hasVariableFrameRate === true },
  { reason: "fps_unknown", mend: "picture", isBroken: ({ probe }) => probe.fps === null },
  {
    reason: "fps_too_low",
    mend: "picture",
    isBroken: ({ probe, limits }) => below(probe.fps ?? Infinity, limits.minFps - fpsTolerance),
  },
  {
    reason: "fps_too_high",
    mend: "picture",
    isBroken: ({ probe, limits }) => above(probe.fps ?? 0, limits.maxFps + fpsTolerance),
  },
  {
    reason: "pixels_not_square",
    mend: "picture",
    isBroken: ({ probe: { pixelAspect } }) =>
      pixelAspect !== undefined && pixelAspect.numerator !== pixelAspect.denominator,
  },
  {
    reason: "side_odd",
    mend: "picture",
    isBroken: ({ probe }) => probe.width % 2 === 1 || probe.height % 2 === 1,
  },
  {
    reason: "side_too_small",
    mend: "picture",
    isBroken: ({ shown, limits }) => below(Math.min(shown.width, shown.height), limits.minSidePixels),
  },
  {
    reason: "side_too_large",
    mend: "picture",
    isBroken: ({ shown, limits }) =>
      above(Math.max(shown.width, shown.height), limits.maxSidePixels) || above(shown.width, limits.maxWidthPixels),
  },
  {
    reason: "aspect_too_tall",
    mend: "picture",
    isBroken: ({ shown, limits }) => below(shown.width / shown.height, limits.minAspect),
  },
  {
    reason: "aspect_too_wide",
    mend: "picture",
    isBroken: ({ shown, limits }) => above(shown.width / shown.height, limits.maxAspect),
  },
  {
    reason: "bitrate_too_high",
    mend: "picture",
    isBroken: ({ probe, limits }) => above(probe.videoBitrate ?? probe.bitrate ?? 0, limits.maxVideoBitrate),
  },
  { reason: "too_large", mend: "picture", isBroken: ({ probe, limits }) => probe.sizeBytes > limits.maxBytes },
];

const audio: readonly VideoRule[] = [
  {
    reason: "audio_codec_not_accepted",
    mend: "audio",
    isBroken: ({ probe, limits }) => probe.hasAudio && !limits.audio.codecs.includes(probe.audioCodec ?? ""),
  },
  {
    reason: "audio_rate_too_high",
    mend: "audio",
    isBroken: ({ probe, limits }) => above(probe.audioSampleRate ?? 0, limits.audio.maxSampleRate),
  },
  {
    reason: "audio_channels_too_many",
    mend: "audio",
    isBroken: ({ probe, limits }) => above(probe.audioChannels ?? 0, limits.audio.maxChannels),
  },
];

const videoRules: readonly VideoRule[] = [...nothing, ...container, ...picture, ...audio];

/** The rules that the video breaks, in the order in which they are told. */
export function brokenRules(probe: MediaProbe, limits: VideoLimits): VideoRule[] {
  // An unknown size is larger and smaller than none.
  const shown = probe.width > 0 && probe.height > 0 ? shownSize(probe) : { width: NaN, height: NaN };
  const video = { probe, limits, shown };
  return videoRules.filter((rule) => rule.isBroken(video));
}
