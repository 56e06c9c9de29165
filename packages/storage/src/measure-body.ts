import { Failure } from "@reelay/domain";
import { createHash } from "node:crypto";
import { addAbortSignal, type Readable } from "node:stream";
import type { StoredObject } from "./storage.ts";

export interface MeasuredBody {
  /** The body's own errors come through as they are; ends with `media_too_large` at the first byte above `maxBytes`. */
  readonly pieces: AsyncGenerator<Buffer>;
  /** Of what went through `pieces`. */
  stored(): StoredObject;
}

/** Counts and digests a body while it passes; the signal ends one that never ends. */
export function measureBody(body: Readable, options: { signal?: AbortSignal; maxBytes?: number } = {}): MeasuredBody {
  const { signal, maxBytes = Infinity } = options;
  const hash = createHash("sha256");
  let sizeBytes = 0;
  async function* pieces(): AsyncGenerator<Buffer> {
    if (signal !== undefined) addAbortSignal(signal, body);
    for await (const read of body as AsyncIterable<Buffer | string>) {
      const piece = typeof read === "string" ? Buffer.from(read) : read;
      sizeBytes += piece.length;
      if (sizeBytes > maxBytes) throw new Failure("media_too_large", { internal: `more than ${maxBytes} bytes` });
      hash.update(piece);
      yield piece;
    }
  }
  return { pieces: pieces(), stored: () => ({ sizeBytes, sha256: hash.digest("hex") }) };
}
