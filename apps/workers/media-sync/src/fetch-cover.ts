import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { WantedCover } from "@reelay/database";
import { Failure } from "@reelay/domain";
import { sniffBytes, sniffMedia } from "@reelay/media";
import type { SyncDeps } from "./deps.ts";

const maxBytes = 5_242_880;
const timeoutMs = 20_000;
/** What browsers show. */
const extensions: Readonly<Record<string, string>> = { "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp" };

/**
 * Streams one cover into storage and answers its key. Its first bytes decide what it is, whatever its name or header says.
 * Throws `media_type_unsupported`, `media_too_large`, and what the platform and the storage throw.
 */
export async function fetchCover(
  { platforms, storage, times }: Pick<SyncDeps, "platforms" | "storage" | "times">,
  cover: WantedCover,
  of: { workspaceId: string; signal: AbortSignal },
): Promise<string> {
  const signal = AbortSignal.any([of.signal, AbortSignal.timeout(times.callTimeout(timeoutMs))]);
  const body = await platforms.for(cover.platform).openCover(cover.url, signal);
  try {
    const bytes = body[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
    const head = await readHead(bytes);
    const found = await sniffMedia(head);
    const extension = found === null ? undefined : extensions[found];
    if (extension === undefined) {
      throw new Failure("media_type_unsupported", { internal: `a cover that is ${found ?? "no picture"}` });
    }
    const source = createHash("sha256").update(cover.source).digest("hex").slice(0, 16);
    const key = `covers/${of.workspaceId}/${cover.postId}-${source}.${extension}`;
    await storage.put(key, Readable.from(whole(head, bytes)), { signal, maxBytes });
    return key;
  } finally {
    body.destroy();
  }
}

async function readHead(bytes: AsyncIterator<Buffer, undefined>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let length = 0; length < sniffBytes;) {
    const { value, done } = await bytes.next();
    if (done === true) break;
    pieces.push(value);
    length += value.length;
  }
  return Buffer.concat(pieces);
}

async function* whole(head: Buffer, rest: AsyncIterator<Buffer, undefined>): AsyncGenerator<Buffer> {
  yield head;
  for (;;) {
    const { value, done } = await rest.next();
    if (done === true) return;
    yield value;
  }
}
