import type { AudioRecipe, MediaProbe } from "@reelay/domain";
import { aacOptions, audioFilters } from "./aac-options.ts";
import type { TrackStarts } from "./track-starts.ts";

export interface AudioTrack {
  /** A part of the filter graph; null when packets are copied or there is no sound. */
  readonly graph: string | null;
  readonly options: readonly string[];
}

/** Copied packets cannot be silence: sound that begins later than this after the picture is encoded instead. */
const lateSeconds = 0.02;

/** How sound comes into the output, in step with a picture that begins `startSeconds` after the file does. */
export function audioTrack(
  audio: AudioRecipe,
  { probe, starts, startSeconds }: { probe: MediaProbe; starts: TrackStarts | null; startSeconds: number },
): AudioTrack {
  if (audio === "none") return { graph: null, options: ["-an"] };
  const copy = audio === "copy" && starts !== null ? copiedPackets(starts, startSeconds) : null;
  if (copy !== null) return { graph: null, options: ["-map", "0:a:0", "-c:a", "copy", ...copy] };
  return {
    graph: `[0:a:0]${audioFilters(probe, startSeconds)}[a]`,
    options: ["-map", "[a]", ...aacOptions],
  };
}

/** Whole packets alone can be left out: what sounds before the picture begins, to the nearest. Null when that is not enough. */
function copiedPackets({ audio, audioPackets }: TrackStarts, startSeconds: number): string[] | null {
  if ((audio ?? startSeconds) > startSeconds + lateSeconds) return null;
  const early = audioPackets.filter(({ at, seconds }) => at + seconds / 2 < startSeconds).length;
  if (early > 0 && early === audioPackets.length) return null;
  // By their number: a filter of packets sees times in units that differ between versions of ffmpeg.
  return early === 0 ? [] : ["-bsf:a", `noise=drop=lt(n\\,${early})`];
}
