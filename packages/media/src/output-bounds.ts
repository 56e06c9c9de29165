import { mediaLimits, type MediaProbe } from "@reelay/domain";
import { childLimits } from "./sandbox.ts";

/** A file may hold a little more than it says; one that holds much more is lying. */
const marginMs = 5_000;
const indexBytes = 2 ** 24;

/** No output grows for ever, whatever its input's times say. */
export function outputBounds({ durationMs }: Pick<MediaProbe, "durationMs">): string[] {
  const longestMs = Math.min(
    (durationMs ?? mediaLimits.video.maxDurationMs) + marginMs,
    mediaLimits.video.maxDurationMs,
  );
  return ["-t", (longestMs / 1000).toFixed(3), "-fs", `${childLimits.convert.fileBytes - indexBytes}`];
}
