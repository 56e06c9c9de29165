import { Failure, mediaLimits } from "@reelay/domain";
import { resolve } from "node:path";
import type { Ffmpeg } from "./find-ffmpeg.ts";
import { interruption } from "./interruption.ts";
import { runProgram } from "./run-program.ts";
import { childLimits } from "./sandbox.ts";
import { tooComplex } from "./too-complex.ts";

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
  // It decodes a picture where the file does not say everything: one of 8192 × 8192 took more than a gigabyte.
  "-max_pixels",
  `${mediaLimits.video.maxPixels}`,
  "-threads",
  "1",
];
const overBudget = /max_streams|max pixel count/;
/**
 * What ffprobe prints about a local file. Throws Failure `media_unreadable`, `media_too_complex` (too many streams, too slow, too much
 * to say), `ffmpeg_missing`, `conversion_interrupted`, or the signal's reason when that is a Failure.
 */
export async function runFfprobe(
  path: string,
  wanted: readonly string[],
  { signal, ffmpeg }: { signal: AbortSignal; ffmpeg: Ffmpeg },
): Promise<string> {
  const timeout = AbortSignal.timeout(mediaLimits.video.probeTimeoutMs);
  const result = await runProgram({
    program: ffmpeg.ffprobePath,
    args: [...guards, ...wanted, "-i", `file:${resolve(path)}`],
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
    const code = overBudget.test(result.stderr) ? "media_too_complex" : "media_unreadable";
    throw new Failure(code, {
      internal: `ffprobe ended with ${result.exitCode ?? result.killedBy}: ${result.stderr.slice(-300)}`,
    });
  }
  return result.stdout;
}
