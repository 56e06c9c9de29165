import { Bits } from "./bits.ts";
import { certain } from "./doubt.ts";
import { readUsability, unspecifiedColor, type PictureTraits } from "./picture-traits.ts";

const profiles: Readonly<Record<number, string>> = {
  66: "Baseline",
  77: "Main",
  100: "High",
  110: "High 10",
  122: "High 4:2:2",
  244: "High 4:4:4 Predictive",
};
/** These carry chroma and bit depth (ITU-T H.264, 7.3.2.1.1). */
const highProfiles: readonly number[] = [100, 110, 122, 244];

/** Reads a sequence parameter set, its header byte included. A Doubt where pictures may be fields: only decoding tells whether they are. */
export function readH264(unit: Buffer): PictureTraits {
  certain(((unit[0] ?? 0) & 0x1f) === 7, "no sequence parameter set");
  const bits = new Bits(unit.subarray(1));
  const profileNumber = bits.u(8);
  const constraints = bits.u(8);
  bits.u(8);
  bits.ue();
  const profile = profiles[profileNumber];
  certain(profile !== undefined, `profile ${profileNumber}`);
  const { chroma, bitDepth } = highProfiles.includes(profileNumber) ? readHigh(bits) : { chroma: 1, bitDepth: 8 };
  skipOrder(bits);
  const width = 16 * (bits.ue() + 1);
  const height = 16 * (bits.ue() + 1);
  certain(bits.flag(), "pictures may be fields");
  bits.u(1);
  const crop = bits.flag() ? readCrop(bits, chroma) : { width: 0, height: 0 };
  const usability = bits.flag() ? readUsability(bits) : { pixelAspect: null, color: unspecifiedColor };
  return {
    codec: "h264",
    profile: profileNumber === 66 && (constraints & 0x40) !== 0 ? "Constrained Baseline" : profile,
    width: width - crop.width,
    height: height - crop.height,
    chroma,
    bitDepth,
    ...usability,
  };
}

function readHigh(bits: Bits): { chroma: number; bitDepth: number } {
  const chroma = bits.ue();
  certain(chroma <= 3 && !(chroma === 3 && bits.flag()), "separate colours");
  const luma = bits.ue();
  certain(luma === bits.ue(), "unequal depths");
  bits.u(1);
  if (bits.flag())
    for (let list = 0; list < (chroma === 3 ? 12 : 8); list += 1)
      if (bits.flag()) skipScaling(bits, list < 6 ? 16 : 64);
  return { chroma, bitDepth: luma + 8 };
}

function skipScaling(bits: Bits, size: number): void {
  let [last, next] = [8, 8];
  for (let at = 0; at < size; at += 1) {
    if (next !== 0) next = (last + bits.se() + 256) % 256;
    last = next === 0 ? last : next;
  }
}

/** Numbers of pictures, their order, references. */
function skipOrder(bits: Bits): void {
  bits.ue();
  const type = bits.ue();
  if (type === 0) bits.ue();
  if (type === 1) {
    bits.u(1);
    bits.se();
    bits.se();
    const cycle = bits.ue();
    certain(cycle <= 255, "a cycle without end");
    for (let at = 0; at < cycle; at += 1) bits.se();
  }
  bits.ue();
  bits.u(1);
}

function readCrop(bits: Bits, chroma: number): { width: number; height: number } {
  const [left, right, top, bottom] = [bits.ue(), bits.ue(), bits.ue(), bits.ue()];
  const across = chroma === 1 || chroma === 2 ? 2 : 1;
  const down = chroma === 1 ? 2 : 1;
  return { width: (left + right) * across, height: (top + bottom) * down };
}
