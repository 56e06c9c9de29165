import type { Pace } from "./sample-table.ts";

export interface FramePace {
  readonly numerator: number;
  readonly denominator: number;
  readonly isVariable: boolean;
}

/** A picture that lasts this much longer or shorter (relatively) than usual is out of pace. */
const unevenness = 0.2;
/** A rate is variable when more than this share of its pictures, and more than a few, are out of pace: dropping one does not make it so. */
const unevenShare = 0.02;
const fewPictures = 2;

/**
 * The mean rate, and whether it varies. Where it does not, pictures out of pace do not count (a first one that makes up for a delay,
 * a dropped one). The last picture may last as long as it likes. Null where nothing lasts.
 */
export function framePace(all: readonly Pace[], ticksPerSecond: number): FramePace | null {
  const paces = withoutLast(all.filter(({ count }) => count > 0));
  const usual = medianTicks(paces);
  const inPace = paces.filter(({ ticks }) => Math.abs(ticks - usual) <= usual * unevenness);
  const count = countOf(paces);
  const isVariable = count - countOf(inPace) > Math.max(count * unevenShare, fewPictures);
  const rate = meanRate(isVariable ? paces : inPace, ticksPerSecond);
  return rate === null ? null : { ...rate, isVariable };
}

/** A pace in the probe's words. */
export function rateTraits({ numerator, denominator, isVariable }: FramePace) {
  const fps = Math.round((numerator / denominator) * 1000) / 1000;
  return { fps, frameRate: { numerator, denominator }, hasVariableFrameRate: isVariable };
}

function meanRate(paces: readonly Pace[], ticksPerSecond: number): Omit<FramePace, "isVariable"> | null {
  const ticks = paces.reduce((sum, pace) => sum + pace.count * pace.ticks, 0);
  if (ticks === 0) return null;
  const scaled = countOf(paces) * ticksPerSecond;
  const divisor = greatestCommonDivisor(scaled, ticks);
  return { numerator: scaled / divisor, denominator: ticks / divisor };
}

function countOf(paces: readonly Pace[]): number {
  return paces.reduce((sum, { count }) => sum + count, 0);
}

function withoutLast(paces: readonly Pace[]): readonly Pace[] {
  const last = paces.at(-1);
  if (last === undefined || (paces.length === 1 && last.count === 1)) return paces;
  return [...paces.slice(0, -1), { ...last, count: last.count - 1 }];
}

function medianTicks(paces: readonly Pace[]): number {
  const count = countOf(paces);
  let seen = 0;
  for (const pace of paces.toSorted((a, b) => a.ticks - b.ticks)) {
    seen += pace.count;
    if (seen * 2 >= count) return pace.ticks;
  }
  return 0;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
