import { Bytes } from "./bytes.ts";
import type { BoundedFile } from "./bounded-file.ts";
import { certain } from "./doubt.ts";

export interface Box {
  readonly type: string;
  readonly body: Buffer;
}

/** Where an outermost box lies in the file; `at` is where its body begins. */
export interface BoxPlace {
  readonly type: string;
  readonly at: number;
  readonly bodyBytes: number;
}

export const boxLimits = { outermost: 1_000, children: 1_000 };

/** The boxes that fill a buffer. A Doubt where one is larger than what is left for it. */
export function boxesIn(buffer: Buffer): Box[] {
  const bytes = new Bytes(buffer);
  const boxes: Box[] = [];
  // QuickTime ends some lists of boxes with a zero of 4 bytes.
  while (bytes.left >= 8) {
    certain(boxes.length < boxLimits.children, "too many boxes");
    const short = bytes.u32();
    const type = bytes.text(4);
    const bodyBytes = short === 1 ? bytes.u64() - 16 : short === 0 ? bytes.left : short - 8;
    boxes.push({ type, body: bytes.take(bodyBytes) });
  }
  return boxes;
}

/** The file's outermost boxes, in order. */
export async function outline(file: BoundedFile): Promise<BoxPlace[]> {
  const places: BoxPlace[] = [];
  let at = 0;
  while (at + 8 <= file.sizeBytes) {
    certain(places.length < boxLimits.outermost, "too many boxes");
    const header = new Bytes(await file.read(at, Math.min(16, file.sizeBytes - at)));
    const short = header.u32();
    const type = header.text(4);
    const headerBytes = short === 1 ? 16 : 8;
    const wholeBytes = short === 1 ? header.u64() : short === 0 ? file.sizeBytes - at : short;
    certain(wholeBytes >= headerBytes && at + wholeBytes <= file.sizeBytes, `${type} is larger than the file`);
    places.push({ type, at: at + headerBytes, bodyBytes: wholeBytes - headerBytes });
    at += wholeBytes;
  }
  return places;
}

/** The body of the one box of a type; a Doubt where there are several, undefined where there is none. */
export function only(boxes: readonly Box[], type: string): Buffer | undefined {
  const found = boxes.filter((box) => box.type === type);
  certain(found.length <= 1, `${found.length} ${type}`);
  return found[0]?.body;
}

/** The same for a box that must be there. */
export function the(boxes: readonly Box[], type: string): Buffer {
  const body = only(boxes, type);
  certain(body !== undefined, `no ${type}`);
  return body;
}
