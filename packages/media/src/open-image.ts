import { Failure, mediaLimits } from "@reelay/domain";
import sharp, { type Sharp } from "sharp";

// No image is decoded twice, so what libvips keeps of it is memory and nothing else.
sharp.cache(false);

/** A stranger's image, its first page alone, within bounds of pixels and time; damage is an error. */
export function openImage(path: string): Sharp {
  return sharp(path, {
    limitInputPixels: mediaLimits.image.maxPixels,
    failOn: "error",
    pages: 1,
    sequentialRead: true,
  }).timeout({
    seconds: mediaLimits.image.decodeTimeoutMs / 1000,
  });
}

export function unreadableImage(error: unknown): Failure {
  return new Failure("media_unreadable", { cause: error, internal: `sharp: ${String(error)}` });
}
