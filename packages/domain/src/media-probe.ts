import { z } from "zod";

const count = z.int().nonnegative();

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
  colorSpace: z.string().optional(),
  hasAudio: z.boolean(),
  sizeBytes: count,
  streams: count,
});

export type MediaProbe = z.output<typeof mediaProbe>;
