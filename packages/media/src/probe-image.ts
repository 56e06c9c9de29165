import { Failure, mediaLimits, type MediaProbe } from "@reelay/domain";
import { stat } from "node:fs/promises";
import { interruption } from "./interruption.ts";
import sharp from "sharp";

const containers = ["jpeg", "png", "webp"] as const;
const rotations = { 1: 0, 2: 0, 3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270 } as const;

/** Decodes the whole image into a few pixels: memory stays small and every byte is read. */
export async function probeImage(path: string, signal: AbortSignal): Promise<MediaProbe> {
  if (signal.aborted) throw interruption(signal);
  const { maxPixels, decodeTimeoutMs } = mediaLimits.image;
  const { size } = await stat(path);
  const header = await sharp(path, { limitInputPixels: false, pages: 1 }).metadata().catch(unreadable);
  const container = containers.find((name) => name === header.format);
  if (container === undefined) throw new Failure("media_unreadable", { internal: `sharp says ${header.format}` });
  if (header.width * header.height > maxPixels)
    throw new Failure("media_too_many_pixels", { internal: `${header.width} × ${header.height}` });

  await sharp(path, { limitInputPixels: maxPixels, failOn: "error", pages: 1, sequentialRead: true })
    .timeout({ seconds: decodeTimeoutMs / 1000 })
    .resize(16, 16, { fit: "fill", fastShrinkOnLoad: true })
    .raw()
    .toBuffer()
    .catch(unreadable);
  if (signal.aborted) throw interruption(signal);

  const orientation = (header.orientation ?? 1) as keyof typeof rotations;
  return {
    kind: "image",
    container,
    videoCodec: null,
    audioCodec: null,
    width: header.width,
    height: header.height,
    rotation: rotations[orientation] ?? 0,
    fps: null,
    durationMs: null,
    bitrate: null,
    pixelFormat: null,
    colorSpace: header.space,
    hasMetadata: [header.exif, header.xmp, header.iptc].some((data) => data !== undefined),
    ...(header.icc === undefined ? {} : { colorProfile: isSrgb(header.icc) ? "srgb" : "other" }),
    pages: header.pages ?? 1,
    hasAudio: false,
    sizeBytes: size,
    streams: 1,
  };
}

/** Whether a colour profile calls itself so: its name stands there in ASCII (version 2) or UTF-16 (version 4). */
function isSrgb(profile: Buffer): boolean {
  return profile.includes("sRGB", 0, "latin1") || profile.includes("\0s\0R\0G\0B", 0, "latin1");
}

function unreadable(error: unknown): never {
  throw new Failure("media_unreadable", { cause: error, internal: `sharp: ${String(error)}` });
}
