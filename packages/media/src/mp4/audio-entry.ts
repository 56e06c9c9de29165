import { boxesIn, only, the, type Box } from "./boxes.ts";
import { Bits } from "./bits.ts";
import { Bytes } from "./bytes.ts";
import { certain } from "./doubt.ts";

export interface AudioEntry {
  readonly codec: "aac";
  readonly profile: "LC";
  readonly sampleRate: number;
  readonly channels: number;
}

const fixedBytes = 28;
/** More that a QuickTime entry of version 1 has. */
const versionBytes = [0, 16];
const mpeg4Audio = 0x40;
const lowComplexity = 2;
const rates = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];
const channelCounts = [0, 1, 2, 3, 4, 5, 6, 8];
/** Below it a stream may hold the upper half of its band in a way that only decoding finds (HE-AAC). */
const surelyPlain = 32_000;

/** What a sample entry of AAC-LC says. A Doubt for any other codec or profile. */
export function readAudioEntry(entry: Box): AudioEntry {
  certain(entry.type === "mp4a", `${entry.type} is for ffprobe`);
  const version = new Bytes(entry.body).skip(8).u16();
  const more = versionBytes[version];
  certain(more !== undefined, `a sound description of version ${version}`);
  const boxes = boxesIn(new Bytes(entry.body).skip(fixedBytes + more).rest());
  const wave = only(boxes, "wave");
  return readStreamDescriptor(the(wave === undefined ? boxes : boxesIn(wave), "esds"));
}

/** ISO/IEC 14496-1, 7.2.6: descriptors within descriptors. */
function readStreamDescriptor(body: Buffer): AudioEntry {
  const stream = new Bytes(descriptor(new Bytes(body).skip(4), 3)).skip(2);
  const flags = stream.u8();
  if ((flags & 0x80) !== 0) stream.skip(2);
  if ((flags & 0x40) !== 0) stream.skip(stream.u8());
  if ((flags & 0x20) !== 0) stream.skip(2);
  const decoder = new Bytes(descriptor(stream, 4));
  certain(decoder.u8() === mpeg4Audio, "not MPEG-4 audio");
  return readConfiguration(descriptor(decoder.skip(12), 5));
}

function descriptor(bytes: Bytes, wanted: number): Buffer {
  certain(bytes.u8() === wanted, `no descriptor ${wanted}`);
  let length = 0;
  for (let digit = 0; digit < 4; digit += 1) {
    const byte = bytes.u8();
    length = length * 128 + (byte & 0x7f);
    if ((byte & 0x80) === 0) break;
  }
  return bytes.take(length);
}

/** ISO/IEC 14496-3, 1.6.2.1. */
function readConfiguration(body: Buffer): AudioEntry {
  const bits = new Bits(body);
  certain(bits.u(5) === lowComplexity, "not AAC-LC");
  const sampleRate = rates[bits.u(4)];
  const channels = channelCounts[bits.u(4)];
  certain(sampleRate !== undefined && sampleRate >= surelyPlain, "a rate that may be doubled");
  certain(channels !== undefined && channels > 0, "unknown channels");
  return { codec: "aac", profile: "LC", sampleRate, channels };
}
