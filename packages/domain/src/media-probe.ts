import { z } from "zod";

const count = z.int().nonnegative();
const positive = z.int().positive();
const fraction = z.object({ numerator: positive, denominator: positive });

/** Traits of a picture or sound that older probes lack; absent too where the file does not say. */
const videoTraits = {
  /** As ffprobe names it: `High`, `High 4:2:2`, `Main 10`. */
  videoProfile: z.string(),
  bitDepth: positive,
  colorSpace: z.string(),
  colorTransfer: z.string(),
  colorPrimaries: z.string(),
  colorRange: z.enum(["tv", "pc"]),
  /** Width of a pixel by its height (the sample aspect ratio). */
  pixelAspect: fraction,
  scan: z.enum(["progressive", "interlaced"]),
  /** Pictures before a key picture may need those of the group before it. */
  hasOpenGroups: z.boolean(),
  /** Exact mean rate, where `fps` is rounded. */
  frameRate: fraction,
  hasVariableFrameRate: z.boolean(),
  /** Bits a second of the picture alone. */
  videoBitrate: count,
  /** When the first picture is shown. */
  videoStartMs: z.int(),
};
const audioTraits = {
  /** When the sound begins. */
  audioStartMs: z.int(),
  audioProfile: z.string(),
  audioSampleRate: positive,
  audioChannels: positive,
};
const fileTraits = {
  /** Pictures of a cover are not counted. */
  videoStreams: count,
  audioStreams: count,
  /** MP4 and MOV. simple: it only makes up for the codecs' delays; cuts: it hides, repeats or slows down parts. */
  editList: z.enum(["none", "simple", "cuts"]),
  /** MP4 and MOV: `moov` stands before `mdat`. */
  isIndexFirst: z.boolean(),
};
const imageTraits = {
  /** EXIF, XMP or IPTC: may tell where and by whom it was taken. */
  hasMetadata: z.boolean(),
  /** Whose colours the pixels are, where the image says so by a profile. */
  colorProfile: z.enum(["srgb", "other"]),
  pages: positive,
};

/**
 * What a media file is. Width and height are as stored; `rotation` (0, 90, 180, 270 clockwise) is how it is to be shown.
 * `fps`, `durationMs`, `bitrate` (bits a second) and `videoCodec` are null for images, and where the file does not say.
 */
export const mediaProbe = z.object({
  kind: z.enum(["image", "video"]),
  container: z.enum(["mp4", "mov", "webm", "matroska", "jpeg", "png", "webp"]),
  videoCodec: z.string().nullable(),
  audioCodec: z.string().nullable(),
  width: count,
  height: count,
  rotation: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]),
  fps: z.number().positive().nullable(),
  frameCount: count.optional(),
  durationMs: count.nullable(),
  bitrate: count.nullable(),
  pixelFormat: z.string().nullable(),
  hasAudio: z.boolean(),
  sizeBytes: count,
  streams: count,
  ...z.object({ ...videoTraits, ...audioTraits, ...fileTraits, ...imageTraits }).partial().shape,
});

export type MediaProbe = z.output<typeof mediaProbe>;
