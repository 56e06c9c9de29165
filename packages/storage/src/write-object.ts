import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { measureBody } from "./measure-body.ts";
import { writeFailure } from "./storage-failure.ts";
import type { StoredObject } from "./storage.ts";

const pieceBytes = 262_144;

/** Streams the body into a new file, digested and synced; stops at the first byte above `maxBytes`. */
export async function writeObject(
  path: string,
  body: Readable,
  options: { signal: AbortSignal; maxBytes?: number },
): Promise<StoredObject> {
  const file = await open(path, "wx", 0o600).catch(fail);
  const measured = measureBody(body, options);
  try {
    // Errors of the body stay as they are; only those of the file are the storage's.
    for await (const piece of measured.pieces) await file.appendFile(piece).catch(fail);
    await file.sync().catch(fail);
  } finally {
    await file.close();
  }
  return measured.stored();
}

/** Size and digest of a file, after syncing it to disk. */
export async function digestFile(path: string): Promise<StoredObject> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  const measured = measureBody(createReadStream(path, { highWaterMark: pieceBytes }));
  for await (const piece of measured.pieces) void piece;
  return measured.stored();
}

function fail(error: unknown): never {
  throw writeFailure(error);
}
