import { open, type FileHandle } from "node:fs/promises";
import { readFailure } from "./storage-failure.ts";
import type { ByteRange } from "./storage.ts";

const pieceBytes = 262_144;

/** Reads one piece ahead into the second of two buffers, so that a long file costs no more memory than a short one. */
export async function* readPieces(path: string, key: string, { start, end }: ByteRange): AsyncGenerator<Buffer> {
  const file = await open(path, "r").catch((error: unknown) => {
    throw readFailure(error, key);
  });
  const buffers = [Buffer.allocUnsafeSlow(pieceBytes), Buffer.allocUnsafeSlow(pieceBytes)] as const;
  let reading: Promise<Buffer> | undefined;
  try {
    let position = start;
    reading = readAt(file, buffers[0], position, end, key);
    for (let turn = 1; ; turn += 1) {
      const piece = await reading;
      if (piece.length === 0) return;
      position += piece.length;
      reading = readAt(file, buffers[turn % 2 === 0 ? 0 : 1], position, end, key);
      yield piece;
    }
  } finally {
    await reading?.catch(() => undefined);
    await file.close();
  }
}

/** What the file holds from `position` on, at most up to `end` inclusive and as much as `into` takes; empty at the end. */
async function readAt(file: FileHandle, into: Buffer, position: number, end: number, key: string): Promise<Buffer> {
  const length = Math.min(into.length, end + 1 - position);
  if (length <= 0) return into.subarray(0, 0);
  const { bytesRead } = await file.read(into, 0, length, position).catch((error: unknown) => {
    throw readFailure(error, key);
  });
  return into.subarray(0, bytesRead);
}
