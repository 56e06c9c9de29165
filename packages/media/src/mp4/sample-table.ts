import { only, the, type Box } from "./boxes.ts";
import { Bytes } from "./bytes.ts";
import { certain } from "./doubt.ts";

/** `count` samples that each last `ticks`. */
export interface Pace {
  readonly count: number;
  readonly ticks: number;
}

interface ChunkRun {
  readonly firstChunk: number;
  readonly samplesPerChunk: number;
}

export interface SampleTable {
  readonly count: number;
  /** Sum of the durations. */
  readonly ticks: number;
  readonly paces: readonly Pace[];
  /** From the first sample's decoding to its showing; null where they are the same. */
  readonly firstOffset: number | null;
  /** Null where all are equal (`evenBytes`). */
  readonly sizes: Uint32Array | null;
  readonly evenBytes: number;
  /** Numbers (from 1) of the samples that decoding can begin at; null where all are. */
  readonly syncSamples: Uint32Array | null;
  readonly chunkRuns: readonly ChunkRun[];
  readonly chunkOffsets: Float64Array;
  /** What the samples are: `stsd`'s only entry. */
  readonly entry: Box;
}

const maxSamples = 10_000_000;

export function readSampleTable(boxes: readonly Box[]): SampleTable {
  const { count, sizes, evenBytes } = readSizes(the(boxes, "stsz"));
  const paces = readPaces(the(boxes, "stts"));
  const paced = paces.reduce((sum, pace) => sum + pace.count, 0);
  certain(paced === count, `${paced} durations for ${count} samples`);
  const ticks = paces.reduce((sum, pace) => sum + pace.count * pace.ticks, 0);
  certain(Number.isSafeInteger(ticks), "endless");
  const sync = only(boxes, "stss");
  return {
    ...{ count, sizes, evenBytes, paces, ticks },
    firstOffset: readFirstOffset(only(boxes, "ctts")),
    syncSamples: sync === undefined ? null : readNumbers(sync),
    chunkRuns: readChunkRuns(the(boxes, "stsc")),
    chunkOffsets: readChunkOffsets(only(boxes, "stco"), only(boxes, "co64")),
    ...readEntry(the(boxes, "stsd")),
  };
}

/** After version and flags: how many entries follow, each of at least `entryBytes`. */
function countOf(bytes: Bytes, entryBytes: number): number {
  const count = bytes.u32();
  certain(count * entryBytes <= bytes.left, `${count} entries in ${bytes.left} bytes`);
  return count;
}

function readSizes(body: Buffer): Pick<SampleTable, "count" | "sizes" | "evenBytes"> {
  const bytes = new Bytes(body).skip(4);
  const evenBytes = bytes.u32();
  if (evenBytes !== 0) {
    const count = bytes.u32();
    certain(count <= maxSamples, `${count} samples`);
    return { count, sizes: null, evenBytes };
  }
  const count = countOf(bytes, 4);
  return { count, sizes: bytes.u32s(count), evenBytes };
}

function readPaces(body: Buffer): Pace[] {
  const bytes = new Bytes(body).skip(4);
  return Array.from({ length: countOf(bytes, 8) }, () => ({ count: bytes.u32(), ticks: bytes.u32() }));
}

function readFirstOffset(body: Buffer | undefined): number | null {
  if (body === undefined) return null;
  const bytes = new Bytes(body).skip(4);
  // Version 0 says unsigned, yet writers put negative ones there.
  return countOf(bytes, 8) === 0 ? null : bytes.skip(4).i32();
}

function readNumbers(body: Buffer): Uint32Array {
  const bytes = new Bytes(body).skip(4);
  return bytes.u32s(countOf(bytes, 4));
}

function readChunkRuns(body: Buffer): ChunkRun[] {
  const bytes = new Bytes(body).skip(4);
  return Array.from({ length: countOf(bytes, 12) }, () => {
    const run = { firstChunk: bytes.u32(), samplesPerChunk: bytes.u32() };
    bytes.skip(4);
    return run;
  });
}

function readChunkOffsets(short: Buffer | undefined, long: Buffer | undefined): Float64Array {
  const body = short ?? long;
  certain(body !== undefined, "no stco");
  const bytes = new Bytes(body).skip(4);
  const length = countOf(bytes, short === undefined ? 8 : 4);
  return short === undefined ? Float64Array.from({ length }, () => bytes.u64()) : Float64Array.from(bytes.u32s(length));
}

function readEntry(body: Buffer): Pick<SampleTable, "entry"> {
  const bytes = new Bytes(body).skip(4);
  certain(bytes.u32() === 1, "samples of several kinds");
  const size = bytes.u32();
  const type = bytes.text(4);
  return { entry: { type, body: bytes.take(size - 8) } };
}
