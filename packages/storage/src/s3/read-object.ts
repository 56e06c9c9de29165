import { GetObjectCommand } from "@aws-sdk/client-s3";
import { Failure } from "@reelay/domain";
import { Readable } from "node:stream";
import type { ByteRange } from "../storage.ts";
import type { Bucket } from "./bucket.ts";
import { s3ErrorName, s3Failure } from "./s3-failure.ts";

interface Wish {
  readonly bucket: Bucket;
  readonly key: string;
  readonly range?: ByteRange | undefined;
  readonly signal?: AbortSignal;
}

/** The bytes as they come; the answer is closed when the reader stops. */
export async function* readObject(wish: Wish): AsyncGenerator<Buffer> {
  const body = await openBody(wish);
  if (body === null) return;
  const { idleMs } = wish.bucket.times;
  const stalled = () =>
    body.destroy(new Failure("storage_unavailable", { internal: `s3: nothing more came for ${idleMs} ms` }));
  // Only while we wait: a slow reader is not the storage's fault.
  let timer = setTimeout(stalled, idleMs);
  // Some servers send more than the range that was asked for.
  let left = wish.range ? wish.range.end - wish.range.start + 1 : Infinity;
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      clearTimeout(timer);
      yield piece.length > left ? piece.subarray(0, left) : piece;
      left -= piece.length;
      if (left <= 0) return;
      timer = setTimeout(stalled, idleMs);
    }
  } catch (error) {
    wish.signal?.throwIfAborted();
    throw s3Failure(error);
  } finally {
    clearTimeout(timer);
    body.destroy();
  }
}

/** The same as a stream; destroying it closes the connection at once. */
export function openObjectStream(wish: Omit<Wish, "signal">): Readable {
  const abort = new AbortController();
  const pieces = readObject({ ...wish, signal: abort.signal });
  return new Readable({
    read() {
      pieces.next().then(
        ({ done, value }) => this.push(done === true ? null : value),
        (error: unknown) => this.destroy(error as Error),
      );
    },
    destroy(error, done) {
      abort.abort();
      done(error);
    },
  });
}

/** Null where the range begins behind the end: a file of a disk has no bytes there, either. */
async function openBody({ bucket, key, range, signal }: Wish): Promise<Readable | null> {
  const command = new GetObjectCommand({
    Bucket: bucket.name,
    Key: key,
    ...(range && { Range: `bytes=${range.start}-${range.end}` }),
  });
  try {
    const { Body } = await bucket.attempt((s3, options) => s3.send(command, options), { signal });
    return Body as Readable;
  } catch (error) {
    signal?.throwIfAborted();
    if (s3ErrorName(error) === "InvalidRange") return null;
    throw s3Failure(error);
  }
}
