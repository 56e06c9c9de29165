import { z } from "zod";

export const probedShape = z.object({
  format: z.object({ format_name: z.string(), duration: z.coerce.number().optional() }),
  streams: z.array(
    z.object({
      codec_type: z.string(),
      codec_name: z.string().optional(),
      width: z.number().optional(),
      height: z.number().optional(),
      avg_frame_rate: z.string().optional(),
    }),
  ),
});
export type Probed = z.output<typeof probedShape>;

const codecs = ["h264", "hevc", "vp8", "vp9"];
const mostSec = 600;

/** The `fail_reason` for what ffprobe found; null when the platform accepts it. */
// Limits: https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide, read 2026-11-22.
export function mediaFailReason({ format, streams }: Probed, creatorMaxSec: number): string | null {
  const video = streams.find((stream) => stream.codec_type === "video");
  const isKnown = /mp4|mov|webm/.test(format.format_name) && codecs.includes(video?.codec_name ?? "");
  if (!video || !isKnown) return "file_format_check_failed";
  if (!format.duration || format.duration > Math.min(mostSec, creatorMaxSec)) return "duration_check_failed";
  const [frames = 0, seconds = 1] = (video.avg_frame_rate ?? "0/1").split("/").map(Number);
  const fps = frames / seconds;
  if (!(fps >= 23 && fps <= 60)) return "frame_rate_check_failed";
  const sides = [video.width ?? 0, video.height ?? 0];
  return sides.every((side) => side >= 360 && side <= 4_096) ? null : "picture_size_check_failed";
}
