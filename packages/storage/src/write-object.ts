import { Failure } from "@reelay/domain";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { addAbortSignal, type Readable } from "node:stream";
import { writeFailure } from "./storage-failure.ts";
import type { StoredObject } from "./storage.ts";

const pieceBytes = 262_144;

/** Streams the body into a new file, digested and synced; stops at the first byte above `maxBytes`. */
export async function writeObject(
  path: string,
  body: Readable,
  options: { signal: AbortSignal; maxBytes?: number },
): Promise<StoredObject> {
  const { signal, maxBytes = Infinity } = options;
  const file = await open(path, "wx", 0o600).catch(fail);
  const hash = createHash("sha256");
  let sizeBytes = 0;
  try {
    // Errors of the body stay as they are; only those of the file are the storage's.
    for await (const piece of pieces(body, signal)) {
      sizeBytes += piece.length;
      if (sizeBytes > maxBytes) throw new Failure("media_too_large", { internal: `more than ${maxBytes} bytes` });
      hash.update(piece);
      await file.appendFile(piece).catch(fail);
    }
    await file.sync().catch(fail);
  } finally {
    await file.close();
  }
  return { sizeBytes, sha256: hash.digest("hex") };
}

/** Size and digest of a file, after syncing it to disk. */
export async function digestFile(path: string): Promise<StoredObject> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  const hash = createHash("sha256");
  let sizeBytes = 0;
  for await (const piece of pieces(createReadStream(path, { highWaterMark: pieceBytes }))) {
    sizeBytes += piece.length;
    hash.update(piece);
  }
  return { sizeBytes, sha256: hash.digest("hex") };
}

async function* pieces(body: Readable, signal?: AbortSignal): AsyncGenerator<Buffer> {
  if (signal !== undefined) addAbortSignal(signal, body);
  for await (const piece of body as AsyncIterable<Buffer | string>)
    yield typeof piece === "string" ? Buffer.from(piece) : piece;
}

function fail(error: unknown): never {
  throw writeFailure(error);
}
