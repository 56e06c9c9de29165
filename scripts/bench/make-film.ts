import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Ffmpeg } from "@reelay/media";

const execute = promisify(execFile);
const loopSeconds = 5;
const detail = "testsrc2=size=1920x1080:rate=60,noise=alls=4:allf=t:all_seed=7";

export interface Film {
  readonly directory: string;
  readonly name: string;
  /** A multiple of 5. */
  readonly seconds: number;
  readonly video: readonly string[];
  readonly audio: readonly string[];
}

/** A detailed film of 1080p60, the same on every machine: five seconds of it, repeated without coding them again. */
export async function makeFilm(ffmpeg: Ffmpeg, { directory, name, seconds, video, audio }: Film): Promise<string> {
  const run = (args: readonly string[]) => execute(ffmpeg.ffmpegPath, ["-nostdin", "-v", "error", "-y", ...args]);
  const tidy = ["-movflags", "+faststart+negative_cts_offsets", "-use_editlist", "0"];
  const loop = join(directory, `loop-${name}`);
  const path = join(directory, name);
  const time = ["-t", `${loopSeconds}`];
  await run([
    ...["-f", "lavfi", "-i", detail, "-an", "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"],
    ...["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"],
    ...[...video, ...time, ...tidy, loop],
  ]);
  const tone = [
    "-f",
    "lavfi",
    "-itsoffset",
    "0.0213334",
    "-i",
    `sine=frequency=440:sample_rate=48000:duration=${seconds}`,
  ];
  const again = ["-stream_loop", `${seconds / loopSeconds - 1}`, "-i", loop];
  await run([...again, ...tone, "-map", "0:v", "-map", "1:a", "-c:v", "copy", ...audio, ...tidy, path]);
  return path;
}
