import type { MediaProbe } from "@reelay/domain";
import { Bytes } from "./bytes.ts";
import { certain } from "./doubt.ts";

export interface Edit {
  /** In ticks of the movie. */
  readonly ticks: number;
  /** In ticks of the track; null: nothing is shown. */
  readonly from: number | null;
  readonly isNormalSpeed: boolean;
}

const maxEdits = 10_000;
const normalSpeed = 0x10000;

export function readEdits(body: Buffer): Edit[] {
  const bytes = new Bytes(body);
  const isLong = bytes.u8() === 1;
  const count = bytes.skip(3).u32();
  certain(count <= maxEdits, `${count} edits`);
  return Array.from({ length: count }, () => {
    const ticks = isLong ? bytes.u64() : bytes.u32();
    const from = isLong ? bytes.i64() : bytes.i32();
    return { ticks, from: from === -1 ? null : from, isNormalSpeed: bytes.i32() === normalSpeed };
  });
}

/** A track's edits in seconds, with what its samples would show without them. */
export interface EditedTrack {
  readonly edits: readonly Edit[];
  readonly movieTimescale: number;
  readonly timescale: number;
  /** When the first sample would be shown. */
  readonly firstTicks: number;
  readonly mediaTicks: number;
  /** What may lie before the first edit without being missed. */
  readonly allowedHeadSeconds: number;
  /** How long nothing may be shown at the beginning. */
  readonly allowedDelaySeconds: number;
}

const allowedTailSeconds = 0.1;

/** Whether an edit list only makes up for the codec's delays, or shows something else than all samples in their order. */
export function judgeEdits(track: EditedTrack): Exclude<MediaProbe["editList"], undefined | "none"> {
  const delay = delaySeconds(track);
  const [shown, ...more] = track.edits.filter(({ from }) => from !== null);
  const isSimple =
    shown?.from !== null &&
    shown !== undefined &&
    more.length === 0 &&
    shown.isNormalSpeed &&
    track.edits.at(-1) === shown;
  if (track.edits.length === 0) return "simple";
  if (!isSimple || delay > track.allowedDelaySeconds) return "cuts";
  const hiddenHead = ((shown.from ?? 0) - track.firstTicks) / track.timescale;
  const shownSeconds = shown.ticks / track.movieTimescale;
  const hiddenTail = (track.mediaTicks - (shown.from ?? 0)) / track.timescale - shownSeconds;
  // A length of 0 means: to the end.
  const hidesTail = shown.ticks !== 0 && hiddenTail > allowedTailSeconds;
  return hiddenHead > track.allowedHeadSeconds || hidesTail ? "cuts" : "simple";
}

/** Nothing is shown for so long at the beginning. */
export function delaySeconds({ edits, movieTimescale }: Pick<EditedTrack, "edits" | "movieTimescale">): number {
  const first = edits.findIndex(({ from }) => from !== null);
  const empty = edits.slice(0, first === -1 ? 0 : first);
  return empty.reduce((sum, { ticks }) => sum + ticks, 0) / movieTimescale;
}
