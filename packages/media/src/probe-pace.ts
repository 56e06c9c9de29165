import type { MediaProbe } from "@reelay/domain";
import type { Ffmpeg } from "./find-ffmpeg.ts";
import { framePace, rateTraits } from "./mp4/frame-pace.ts";
import { runFfprobe } from "./run-ffprobe.ts";

const lookedAtSeconds = 20;
const ticksPerSecond = 1_000_000;
const wanted = [
  ...["-select_streams", "v:0", "-read_intervals", `%+${lookedAtSeconds}`],
  ...["-show_entries", "packet=pts_time", "-of", "csv=print_section=0"],
];

type PaceTraits = Partial<Pick<MediaProbe, "fps" | "frameRate" | "hasVariableFrameRate">>;

/**
 * Whether the pictures of a file without an index come at a constant rate, by the times of the first ones: the rate that a Matroska or
 * WebM names in its header may be what its writer hoped for. The mean is given only where it varies: times there are rounded.
 */
export async function probePace(path: string, options: { signal: AbortSignal; ffmpeg: Ffmpeg }): Promise<PaceTraits> {
  const times = (await runFfprobe(path, wanted, options))
    .split(/[\s,]+/)
    .filter((text) => text !== "")
    .map(Number)
    .filter((time) => Number.isFinite(time))
    .toSorted((a, b) => a - b);
  const paces = times.slice(1).map((time, at) => ({
    count: 1,
    ticks: Math.round((time - (times[at] ?? 0)) * ticksPerSecond),
  }));
  const pace = framePace(paces, ticksPerSecond);
  if (pace === null) return {};
  return pace.isVariable ? rateTraits(pace) : { hasVariableFrameRate: false };
}
