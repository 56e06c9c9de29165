import type { Bits } from "./bits.ts";
import { certain } from "./doubt.ts";

/** What a parameter set says of every picture of a stream. */
export interface PictureTraits {
  readonly codec: "h264" | "hevc";
  readonly profile: string;
  readonly width: number;
  readonly height: number;
  /** 0 grey, 1 4:2:0, 2 4:2:2, 3 4:4:4. */
  readonly chroma: number;
  readonly bitDepth: number;
  readonly pixelAspect: { readonly numerator: number; readonly denominator: number } | null;
  readonly color: ColorTraits;
}

/** ITU-T H.273 numbers in ffprobe's words; null: unspecified. */
export interface ColorTraits {
  readonly isFullRange: boolean | null;
  readonly primaries: string | null;
  readonly transfer: string | null;
  readonly matrix: string | null;
}

export const unspecifiedColor: ColorTraits = { isFullRange: null, primaries: null, transfer: null, matrix: null };

const primaries: Readonly<Record<number, string>> = {
  1: "bt709",
  4: "bt470m",
  5: "bt470bg",
  6: "smpte170m",
  7: "smpte240m",
  9: "bt2020",
  11: "smpte431",
  12: "smpte432",
};
const transfers: Readonly<Record<number, string>> = {
  1: "bt709",
  4: "bt470m",
  5: "bt470bg",
  6: "smpte170m",
  7: "smpte240m",
  8: "linear",
  11: "iec61966-2-4",
  13: "iec61966-2-1",
  14: "bt2020-10",
  15: "bt2020-12",
  16: "smpte2084",
  18: "arib-std-b67",
};
const matrices: Readonly<Record<number, string>> = {
  0: "gbr",
  1: "bt709",
  4: "fcc",
  5: "bt470bg",
  6: "smpte170m",
  7: "smpte240m",
  9: "bt2020nc",
  10: "bt2020c",
};

/** Names for H.273 numbers; a Doubt for one that we have no name for. */
export function colorOf(numbers: {
  primaries: number;
  transfer: number;
  matrix: number;
}): Omit<ColorTraits, "isFullRange"> {
  return {
    primaries: named(primaries, numbers.primaries),
    transfer: named(transfers, numbers.transfer),
    matrix: named(matrices, numbers.matrix),
  };
}

function named(names: Readonly<Record<number, string>>, number: number): string | null {
  if (number === 2) return null;
  const name = names[number];
  certain(name !== undefined, `colours ${number}`);
  return name;
}

const aspects: readonly (readonly [number, number])[] = [
  ...([
    [1, 1],
    [12, 11],
    [10, 11],
    [16, 11],
    [40, 33],
    [24, 11],
    [20, 11],
    [32, 11],
  ] as const),
  ...([
    [80, 33],
    [18, 11],
    [15, 11],
    [64, 33],
    [160, 99],
    [4, 3],
    [3, 2],
    [2, 1],
  ] as const),
];
const writtenOut = 255;

/** The beginning of the usability information, the same in H.264 (E.1.1) and HEVC (E.2.1). */
export function readUsability(bits: Bits): Pick<PictureTraits, "pixelAspect" | "color"> {
  const pixelAspect = bits.flag() ? readAspect(bits) : null;
  if (bits.flag()) bits.u(1);
  return { pixelAspect, color: bits.flag() ? readColor(bits) : unspecifiedColor };
}

function readAspect(bits: Bits): PictureTraits["pixelAspect"] {
  const index = bits.u(8);
  const [numerator, denominator] = index === writtenOut ? [bits.u(16), bits.u(16)] : (aspects[index - 1] ?? [0, 0]);
  return numerator > 0 && denominator > 0 ? { numerator, denominator } : null;
}

function readColor(bits: Bits): ColorTraits {
  bits.u(3);
  const isFullRange = bits.flag();
  if (!bits.flag()) return { ...unspecifiedColor, isFullRange };
  return { ...colorOf({ primaries: bits.u(8), transfer: bits.u(8), matrix: bits.u(8) }), isFullRange };
}
