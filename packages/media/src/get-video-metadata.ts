import { Failure, mediaLimits, type MediaProbe } from "@reelay/domain";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { readFfprobe, type FfprobeAnswer } from "./ffprobe-answer.ts";
import type { Ffmpeg } from "./find-ffmpeg.ts";
import { interruption } from "./interruption.ts";
import { findMissingBytes } from "./find-missing-bytes.ts";
import { runProgram } from "./run-program.ts";
import { childLimits } from "./sandbox.ts";

const maxOutputBytes = 2_000_000;
/** Only what we accept, and only from the file itself: a playlist in an .mp4 is never followed. */
const formats = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm";
const guards = [
  "-v",
  "error",
  "-protocol_whitelist",
  "file",
  "-format_whitelist",
  formats,
  "-max_streams",
  `${mediaLimits.video.maxStreams}`,
];
const wanted =
  "format=format_name,duration,bit_rate:format_tags=major_brand:stream=codec_type,codec_name,width,height,pix_fmt,avg_frame_rate,r_frame_rate,nb_frames,duration,color_space:stream_disposition=attached_pic:stream_side_data=rotation:stream_tags=rotate";

/**
 * What a local video is: ffprobe's answer in our words. Throws Failure `media_unreadable` (damaged, cut off, no picture),
 * `media_too_complex` (over a budget of `mediaLimits`), `conversion_interrupted`, or the signal's reason when that is a Failure.
 */
export async function getVideoMetadata(
  path: string,
  options: { signal: AbortSignal; ffmpeg: Ffmpeg },
): Promise<MediaProbe> {
  const { size } = await stat(path);
  const missing = await findMissingBytes(path, size);
  if (missing !== null) throw new Failure("media_unreadable", { internal: missing });
  const answer = await askFfprobe(path, options);
  const probe = readFfprobe(answer, size);
  if (probe.streams > mediaLimits.video.maxStreams) throw tooComplex(`${probe.streams} streams`);
  refuseCostly(probe);
  return probe;
}

async function askFfprobe(
  path: string,
  { signal, ffmpeg }: { signal: AbortSignal; ffmpeg: Ffmpeg },
): Promise<FfprobeAnswer> {
  const timeout = AbortSignal.timeout(mediaLimits.video.probeTimeoutMs);
  const result = await runProgram({
    program: ffmpeg.ffprobePath,
    args: [...guards, "-show_entries", wanted, "-of", "json", "-i", `file:${resolve(path)}`],
    tools: ffmpeg.tools,
    limits: childLimits.probe,
    signal: AbortSignal.any([signal, timeout]),
    maxOutputBytes,
  }).catch((error: unknown) => {
    if (signal.aborted) throw interruption(signal);
    if (timeout.aborted || error instanceof RangeError) throw tooComplex(`ffprobe: ${String(error)}`);
    throw new Failure("ffmpeg_missing", { cause: error, internal: `ffprobe does not run: ${String(error)}` });
  });
  if (result.exitCode !== 0) {
    const code = /max_streams/.test(result.stderr) ? "media_too_complex" : "media_unreadable";
    throw new Failure(code, {
      internal: `ffprobe ended with ${result.exitCode ?? result.killedBy}: ${result.stderr.slice(-300)}`,
    });
  }
  return result.stdout;
}

function refuseCostly({ width, height, fps, frameCount, durationMs }: MediaProbe): void {
  const { maxPixels, maxDurationMs, maxPixelFrames } = mediaLimits.video;
  const frames = frameCount ?? ((durationMs ?? 0) * (fps ?? 0)) / 1000;
  if (width * height > maxPixels) throw tooComplex(`${width} × ${height} pixels`);
  if ((durationMs ?? 0) > maxDurationMs) throw tooComplex(`${durationMs} ms long`);
  if (width * height * frames > maxPixelFrames) throw tooComplex(`${width} × ${height} × ${frames} frames`);
}

function tooComplex(internal: string): Failure {
  return new Failure("media_too_complex", { internal });
}
