import type { Readable } from "node:stream";

export interface StoredObject {
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Offsets of the first and last byte, inclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Objects under keys of ours (`[a-z0-9/_.-]`). An object appears whole or not at all, and has no type: what bytes are is known
 * to the row that names them.
 * Every method may throw Failure `storage_full` or `storage_unavailable`; a key that is not ours is `internal`.
 */
export interface Storage {
  /**
   * Streams the body into a new object, synced before it is seen, replacing what was there.
   * Throws Failure `media_too_large` above `maxBytes`; errors of the body and of the signal as they are. Nothing is left behind.
   */
  put(key: string, body: Readable, options: { signal: AbortSignal; maxBytes?: number }): Promise<StoredObject>;
  /** Takes over a local file: afterwards it is no longer at `path`. When it fails the file may be gone, too. */
  putFile(key: string, path: string, options?: { signal?: AbortSignal }): Promise<StoredObject>;
  /** The stream fails with Failure `media_bytes_missing` when the object is not there. Destroying it closes the object. */
  open(key: string, range?: ByteRange): Readable;
  /** The same bytes in pieces, each good only until the next is asked for. Ending early closes the object. */
  pieces(key: string, range: ByteRange): AsyncIterable<Buffer>;
  stat(key: string): Promise<{ sizeBytes: number } | null>;
  /** A missing object is fine. */
  remove(key: string): Promise<void>;
  /**
   * A local file to read, never to change: the object itself, or a copy inside `directory`, which goes with that directory.
   * Throws `media_bytes_missing`.
   */
  localPath(key: string, directory: string, signal: AbortSignal): Promise<string>;
  /** Every object whose key begins with `prefix`, in no order. */
  list(prefix: string): AsyncIterable<{ key: string; modifiedAt: Date }>;
  /** Resolves when objects can be written. */
  check(): Promise<void>;
  /** Removes what was begun more than `olderThanMs` ago and never finished, because its process died; answers how many. */
  sweepTemporary(olderThanMs: number): Promise<number>;
}
