import type { BoundedFile } from "./bounded-file.ts";
import { boxesIn, outline, the } from "./boxes.ts";
import { Bytes } from "./bytes.ts";
import { certain } from "./doubt.ts";
import { readTrack, type Mp4Track } from "./read-track.ts";

export interface Mp4Header {
  readonly majorBrand: string | null;
  readonly isIndexFirst: boolean;
  /** Ticks a second of the movie, in which edits are measured. */
  readonly timescale: number;
  readonly tracks: readonly Mp4Track[];
}

export const maxIndexBytes = 16 * 1024 * 1024;
const maxTracks = 32;
const upright = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];

/** The index of an MP4 or MOV. A Doubt where it is fragmented, damaged or larger than anything we take. */
export async function readHeader(file: BoundedFile): Promise<Mp4Header> {
  const places = await outline(file);
  const types = places.map(({ type }) => type);
  certain(!types.includes("moof"), "fragmented");
  const indexes = places.filter(({ type }) => type === "moov");
  const [index] = indexes;
  certain(index !== undefined && indexes.length === 1, `${indexes.length} moov`);
  certain(index.bodyBytes <= maxIndexBytes, `an index of ${index.bodyBytes} bytes`);
  certain(types.includes("mdat"), "no mdat");

  const boxes = boxesIn(await file.read(index.at, index.bodyBytes));
  certain(!boxes.some(({ type }) => type === "mvex" || type === "cmov"), "fragmented or packed");
  const { timescale } = readMovie(the(boxes, "mvhd"));
  const tracks = boxes.filter(({ type }) => type === "trak");
  certain(tracks.length > 0 && tracks.length <= maxTracks, `${tracks.length} tracks`);
  return {
    majorBrand: await readBrand(file, places[0]),
    isIndexFirst: types.indexOf("moov") < types.indexOf("mdat"),
    timescale,
    tracks: tracks.map(({ body }) => readTrack(body)),
  };
}

async function readBrand(file: BoundedFile, first: { type: string; at: number; bodyBytes: number } | undefined) {
  if (first?.type !== "ftyp" || first.bodyBytes < 4) return null;
  return (await file.read(first.at, 4)).toString("latin1");
}

function readMovie(body: Buffer): { timescale: number } {
  const bytes = new Bytes(body);
  const isLong = bytes.u8() === 1;
  bytes.skip(3 + (isLong ? 16 : 8));
  const timescale = bytes.u32();
  certain(timescale > 0, "no timescale");
  bytes.skip((isLong ? 8 : 4) + 16);
  certain(
    upright.every((value) => bytes.i32() === value),
    "the whole movie is turned",
  );
  return { timescale };
}
