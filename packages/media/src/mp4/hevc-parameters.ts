import { Bits } from "./bits.ts";
import { certain } from "./doubt.ts";
import { readUsability, unspecifiedColor, type PictureTraits } from "./picture-traits.ts";

const profiles: Readonly<Record<number, string>> = { 1: "Main", 2: "Main 10", 3: "Main Still Picture", 4: "Rext" };

/** Reads a sequence parameter set, its 2 header bytes included (ITU-T H.265, 7.3.2.2). A Doubt unless it promises whole pictures. */
export function readHevc(unit: Buffer): PictureTraits {
  certain((((unit[0] ?? 0) >> 1) & 0x3f) === 33, "no sequence parameter set");
  const bits = new Bits(unit.subarray(2));
  bits.u(4);
  const subLayers = bits.u(3);
  bits.u(1);
  const profile = readProfile(bits, subLayers);
  bits.ue();
  const chroma = bits.ue();
  certain(chroma <= 3 && !(chroma === 3 && bits.flag()), "separate colours");
  const size = readSize(bits, chroma);
  const luma = bits.ue();
  certain(luma === bits.ue(), "unequal depths");
  skipTools(bits, subLayers);
  const usability = bits.flag() ? readUsability(bits) : { pixelAspect: null, color: unspecifiedColor };
  return { codec: "hevc", profile, ...size, chroma, bitDepth: luma + 8, ...usability };
}

function readProfile(bits: Bits, subLayers: number): string {
  bits.u(3);
  const profile = profiles[bits.u(5)];
  certain(profile !== undefined, "an unknown profile");
  bits.u(32);
  const isProgressive = bits.flag();
  const isInterlaced = bits.flag();
  bits.u(1);
  const isWhole = bits.flag();
  certain(!isInterlaced && (isProgressive || isWhole), "pictures may be fields");
  bits.skip(44 + 8);
  const layers = Array.from({ length: subLayers }, () => ({ profile: bits.flag(), level: bits.flag() }));
  if (subLayers > 0) bits.skip(2 * (8 - subLayers));
  for (const layer of layers) bits.skip((layer.profile ? 88 : 0) + (layer.level ? 8 : 0));
  return profile;
}

function readSize(bits: Bits, chroma: number): { width: number; height: number } {
  const [width, height] = [bits.ue(), bits.ue()];
  if (!bits.flag()) return { width, height };
  const [left, right, top, bottom] = [bits.ue(), bits.ue(), bits.ue(), bits.ue()];
  const across = chroma === 1 || chroma === 2 ? 2 : 1;
  const down = chroma === 1 ? 2 : 1;
  return { width: width - (left + right) * across, height: height - (top + bottom) * down };
}

/** All that stands before the usability information. */
function skipTools(bits: Bits, subLayers: number): void {
  const orderBits = bits.ue() + 4;
  for (let layer = bits.flag() ? 0 : subLayers; layer <= subLayers; layer += 1) skipNumbers(bits, 3);
  skipNumbers(bits, 6);
  if (bits.flag()) certain(!bits.flag(), "scaling lists");
  bits.u(2);
  if (bits.flag()) {
    bits.u(8);
    skipNumbers(bits, 2);
    bits.u(1);
  }
  skipReferences(bits);
  if (bits.flag()) {
    const count = bits.ue();
    certain(count <= 32, "references without end");
    for (let at = 0; at < count; at += 1) bits.u(orderBits + 1);
  }
  bits.u(2);
}

function skipNumbers(bits: Bits, count: number): void {
  for (let at = 0; at < count; at += 1) bits.ue();
}

/** Short-term reference picture sets (7.3.7): each may be told by the one before it. */
function skipReferences(bits: Bits): void {
  const sets = bits.ue();
  certain(sets <= 64, "references without end");
  let pictures = 0;
  for (let set = 0; set < sets; set += 1) {
    if (set > 0 && bits.flag()) {
      bits.u(1);
      bits.ue();
      let kept = 0;
      for (let at = 0; at <= pictures; at += 1) if (bits.flag() || bits.flag()) kept += 1;
      pictures = kept;
    } else {
      const [before, after] = [bits.ue(), bits.ue()];
      certain(before + after <= 16, "references without end");
      for (let at = 0; at < before + after; at += 1) {
        bits.ue();
        bits.u(1);
      }
      pictures = before + after;
    }
  }
}
