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

/** The `fail_reason` that the platform would find, from the real file; null when it accepts it. */
export async function checkMedia(path: string, ffprobePath: string, maxDurationSec: number): Promise<string | null> {
  const args = ["-v", "error", "-of", "json", "-show_format", "-show_streams", path];
  const probed = await run(ffprobePath, args, { timeout: 30_000 }).then(
    ({ stdout }) => shape.safeParse(JSON.parse(stdout)),
    () => null,
  );
  if (!probed?.success) return "file_format_check_failed";
  const { format, streams } = probed.data;
  const video = streams.find((stream) => stream.codec_type === "video");
  if (
    !video ||
    !/mp4|mov|webm/.test(format.format_name) ||
    !["h264", "hevc", "vp8", "vp9"].includes(video.codec_name ?? "")
  ) {
    return "file_format_check_failed";
  }
  if (!format.duration || format.duration > Math.min(600, maxDurationSec)) return "duration_check_failed";
  const [frames = 0, seconds = 1] = (video.avg_frame_rate ?? "0/1").split("/").map(Number);
  const fps = frames / seconds;
  if (!(fps >= 23 && fps <= 60)) return "frame_rate_check_failed";
  const sides = [video.width ?? 0, video.height ?? 0];
  return sides.every((side) => side >= 360 && side <= 4_096) ? null : "picture_size_check_failed";
}
