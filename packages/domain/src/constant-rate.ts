import type { FrameRate } from "./conversion-recipe.ts";

const usualRates: readonly FrameRate[] = [
  { numerator: 24_000, denominator: 1_001 },
  { numerator: 24, denominator: 1 },
  { numerator: 25, denominator: 1 },
  { numerator: 30_000, denominator: 1_001 },
  { numerator: 30, denominator: 1 },
  { numerator: 48, denominator: 1 },
  { numerator: 50, denominator: 1 },
  { numerator: 60_000, denominator: 1_001 },
  { numerator: 60, denominator: 1 },
];
const usual: FrameRate = { numerator: 30, denominator: 1 };
/** How far (relatively) a measured rate may lie from the one it is taken for: 24 and 23.976 are a thousandth apart. */
const tolerance = 0.004;

/**
 * The rate at which a video is made: its own where that is taken; else one that shows every picture equally long (a multiple or a
 * part of it), if there is one; 30 where nothing is known.
 */
export function constantRate(
  { fps, hasVariableFrameRate }: { fps: number | null; hasVariableFrameRate?: boolean | undefined },
  limits: { minFps: number; maxFps: number },
): FrameRate {
  if (fps === null) return usual;
  const rates = usualRates.filter((rate) => fpsOf(rate) >= limits.minFps && fpsOf(rate) <= limits.maxFps);
  if (hasVariableFrameRate === true)
    return rates.find((rate) => rate.denominator === 1 && fpsOf(rate) >= Math.max(fps - 0.5, 30)) ?? usual;
  if (fps < limits.minFps) return nearest(rates, (rate) => fps * Math.round(fpsOf(rate) / fps)) ?? usual;
  const wanted = fps / Math.max(1, Math.ceil((fps - tolerance * fps) / limits.maxFps));
  return nearest(rates, () => wanted) ?? inThousandths(wanted, limits);
}

const fpsOf = ({ numerator, denominator }: FrameRate) => numerator / denominator;

function nearest(rates: readonly FrameRate[], wanted: (rate: FrameRate) => number): FrameRate | undefined {
  const distance = (rate: FrameRate) => Math.abs(fpsOf(rate) / wanted(rate) - 1);
  const [best] = rates.toSorted((a, b) => distance(a) - distance(b));
  return best !== undefined && distance(best) < tolerance ? best : undefined;
}

function inThousandths(fps: number, { minFps, maxFps }: { minFps: number; maxFps: number }): FrameRate {
  return { numerator: Math.round(Math.min(Math.max(fps, minFps), maxFps) * 1000), denominator: 1000 };
}
