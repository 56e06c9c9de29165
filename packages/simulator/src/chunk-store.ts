import { createHash, type Hash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, truncate, writeFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ContentRange } from "./chunk-rules.ts";
import { filePathOf } from "./file-path.ts";
import type { World } from "./world.ts";
import type { Upload } from "./world-types.ts";

/** The bytes of uploads on disk, with a running digest of those that were acknowledged. Nothing is held in memory. */
export class ChunkStore {
  readonly #world: World;
  readonly #digests = new Map<string, Hash>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Writes one chunk at its place; false when the body broke off, and then nothing of it counts. */
  async write(upload: Upload, range: ContentRange, body: Readable): Promise<boolean> {
    const path = filePathOf(this.#world, upload);
    const file = await open(path, range.first === 0 ? "w" : "r+");
    await file.close();
    // An earlier try that broke off half-way may have left bytes behind.
    await truncate(path, range.first);
    const digest = range.first === 0 ? createHash("sha256") : this.#digests.get(upload.publishId)?.copy();
    const out = createWriteStream(path, { flags: "r+", start: range.first });
    try {
      await pipeline(body, digested(digest), out);
    } catch {
      return false;
    }
    if (out.bytesWritten !== range.last - range.first + 1) return false;
    if (digest) this.#digests.set(upload.publishId, digest);
    return true;
  }

  /** SHA-256 of a whole upload, also kept beside it. After a restart the file is read once more. */
  async digest(upload: Upload): Promise<string> {
    const path = filePathOf(this.#world, upload);
    const running = this.#digests.get(upload.publishId);
    this.#digests.delete(upload.publishId);
    const sha256 = running ? running.digest("hex") : await digestOf(path);
    await writeFile(`${path}.sha256`, `${sha256}\n`);
    return sha256;
  }
}

function digested(digest: Hash | undefined) {
  return async function* (pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      digest?.update(piece);
      yield piece;
    }
  };
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
