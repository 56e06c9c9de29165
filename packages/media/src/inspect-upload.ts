import { Failure, mediaLimits, type FailureCode } from "@reelay/domain";
import { open } from "node:fs/promises";
import { readImageHeader } from "./read-image-header.ts";
import { sniffBytes, sniffMedia } from "./sniff-media.ts";

export const mediaContentTypes = [
  "video/mp4",
  "video/quicktime",
  "video/webm",
  "image/jpeg",
  "image/png",
  "image/webp",
] as const;
export type MediaContentType = (typeof mediaContentTypes)[number];

export interface InspectedUpload {
  readonly kind: "image" | "video";
  readonly contentType: MediaContentType;
  /** As declared in the header of an image. */
  readonly width?: number;
  readonly height?: number;
}

/**
 * What an uploaded file is, from its first bytes alone: nothing is decoded.
 * Throws Failure `media_empty`, `media_type_unsupported`, `media_too_many_pixels` or `media_unreadable`, each with `errors` for `file`.
 */
export async function inspectUpload(
  path: string,
  options: { allowedTypes: readonly string[]; maxPixels?: number },
): Promise<InspectedUpload> {
  const { allowedTypes, maxPixels = mediaLimits.image.maxPixels } = options;
  const head = await readHead(path);
  if (head.length === 0) throw refused("media_empty", "The file is empty.");
  const found = await sniffMedia(head);
  const contentType = mediaContentTypes.find((type) => type === found);
  if (contentType === undefined || !allowedTypes.includes(contentType)) {
    throw refused(
      "media_type_unsupported",
      `This is ${found ?? "not a media file"}; accepted are ${allowedTypes.join(", ")}.`,
    );
  }
  if (contentType.startsWith("video/")) return { kind: "video", contentType };

  const { width, height } = await readImageHeader(path, head, contentType).catch((error: unknown) => {
    throw refused("media_unreadable", "The image's header is damaged.", error);
  });
  if (width * height > maxPixels) {
    throw refused(
      "media_too_many_pixels",
      `The image is ${width} × ${height} pixels; at most ${maxPixels / 1_000_000} megapixels are accepted.`,
    );
  }
  return { kind: "image", contentType, width, height };
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(sniffBytes), 0, sniffBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function refused(code: FailureCode, message: string, cause?: unknown): Failure {
  return new Failure(code, { internal: message, errors: [{ path: "file", code, message }], cause });
}
