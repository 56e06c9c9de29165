import type { MediaProbe } from "@reelay/domain";
import type { Ffmpeg } from "./find-ffmpeg.ts";
import { getVideoMetadata } from "./get-video-metadata.ts";
import { probeImage } from "./probe-image.ts";

/**
 * Looks into a local file. Images are decoded whole, so that one cut off is found; videos are read by ffprobe within budgets.
 * Throws Failure `media_unreadable`, `media_too_complex`, `media_too_many_pixels`, `conversion_interrupted`, or the signal's reason
 * when that is a Failure.
 */
export async function probeMedia(
  path: string,
  kind: "image" | "video",
  options: { signal: AbortSignal; ffmpeg: Ffmpeg },
): Promise<MediaProbe> {
  return kind === "image" ? probeImage(path, options.signal) : getVideoMetadata(path, options);
}
