import { open, type FileHandle } from "node:fs/promises";

interface Box {
  readonly type: string;
  readonly from: number;
  readonly headerBytes: number;
  readonly bytes: number;
}

export interface Mp4Layout {
  readonly indexFirst: boolean;
  readonly editLists: number;
  readonly tracks: number;
}

const parents = new Set(["moov", "trak", "edts"]);

/** Where the index of an MP4 or MOV stands and how many edit lists it holds, read from its boxes; null when it has no boxes. */
export async function readMp4Layout(path: string): Promise<Mp4Layout | null> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const outer = await boxesIn(file, 0, size);
    const at = (type: string) => outer.findIndex((box) => box.type === type);
    if (at("moov") < 0) return null;
    const inner = await allBoxes(file, outer);
    const count = (type: string) => inner.filter((box) => box.type === type).length;
    return { indexFirst: at("moov") < at("mdat"), editLists: count("elst"), tracks: count("trak") };
  } finally {
    await file.close();
  }
}

async function allBoxes(file: FileHandle, boxes: readonly Box[]): Promise<Box[]> {
  const found: Box[] = [];
  for (const box of boxes) {
    found.push(box);
    if (!parents.has(box.type)) continue;
    const inside = await boxesIn(file, box.from + box.headerBytes, box.from + box.bytes);
    found.push(...(await allBoxes(file, inside)));
  }
  return found;
}

async function boxesIn(file: FileHandle, from: number, to: number): Promise<Box[]> {
  const boxes: Box[] = [];
  let at = from;
  while (at + 8 <= to) {
    const { buffer } = await file.read(Buffer.alloc(16), 0, 16, at);
    const short = buffer.readUInt32BE(0);
    const bytes = short === 1 ? Number(buffer.readBigUInt64BE(8)) : short === 0 ? to - at : short;
    if (bytes < 8) break;
    boxes.push({ type: buffer.toString("latin1", 4, 8), from: at, headerBytes: short === 1 ? 16 : 8, bytes });
    at += bytes;
  }
  return boxes;
}
