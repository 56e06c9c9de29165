import { fileTypeFromBuffer } from "file-type";

/** How many bytes from the beginning of a file are enough to tell its type. */
export const sniffBytes = 4_100;

/** The content type that the first bytes of a file tell, whatever its name says; null when they tell nothing. */
export async function sniffMedia(head: Uint8Array): Promise<string | null> {
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  // Apple's name for an MP4 with its own brand.
  return found === undefined ? null : found.mime === "video/x-m4v" ? "video/mp4" : found.mime;
}
