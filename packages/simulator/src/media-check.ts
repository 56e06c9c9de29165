import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";

const run = promisify(execFile);
const shape = z.object({
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
type Probed = z.output<typeof shape>;

const codecs = ["h264", "hevc", "vp8", "vp9"];
const mostSec = 600;

/** The `fail_reason` that the platform would find in the real file; null when it accepts it. */
export async function checkMedia(path: string, ffprobePath: string, creatorMaxSec: number): Promise<string | null> {
  const args = ["-v", "error", "-of", "json", "-show_format", "-show_streams", path];
  try {
    const { stdout } = await run(ffprobePath, args, { timeout: 60_000, maxBuffer: 16_777_216 });
    const probed = shape.safeParse(JSON.parse(stdout));
    return probed.success ? failReason(probed.data, Math.min(mostSec, creatorMaxSec)) : "file_format_check_failed";
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") return "file_format_check_failed";
    process.stderr.write(`The simulator cannot check media: ${ffprobePath} is not there.\n`);
    return "internal";
  }
}

// Limits: https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide, read 2026-11-22.
function failReason({ format, streams }: Probed, maxSec: number): string | null {
  const video = streams.find((stream) => stream.codec_type === "video");
  const isKnown = /mp4|mov|webm/.test(format.format_name) && codecs.includes(video?.codec_name ?? "");
  if (!video || !isKnown) return "file_format_check_failed";
  if (!format.duration || format.duration > maxSec) return "duration_check_failed";
  const [frames = 0, seconds = 1] = (video.avg_frame_rate ?? "0/1").split("/").map(Number);
  const fps = frames / seconds;
  if (!(fps >= 23 && fps <= 60)) return "frame_rate_check_failed";
  const sides = [video.width ?? 0, video.height ?? 0];
  return sides.every((side) => side >= 360 && side <= 4_096) ? null : "picture_size_check_failed";
}
