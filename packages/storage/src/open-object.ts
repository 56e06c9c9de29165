import { close, createReadStream, open, read } from "node:fs";
import type { Readable } from "node:stream";
import { readFailure } from "./storage-failure.ts";
import type { ByteRange } from "./storage.ts";

const pieceBytes = 262_144;

/** A stream of the file whose errors are Failures. */
export function openObject(path: string, key: string, range?: ByteRange): Readable {
  const openFile = (file: string, flags: string, mode: number, done: (error: Error | null, fd?: number) => void) =>
    open(file, flags, mode, (error, fd) => (error === null ? done(null, fd) : done(readFailure(error, key))));
  const readFile = (
    fd: number,
    buffer: Buffer,
    offset: number,
    length: number,
    position: number | null,
    done: (error: Error | null, bytesRead: number, buffer: Buffer) => void,
  ) =>
    read(fd, buffer, offset, length, position, (error, bytesRead, filled) =>
      done(error === null ? null : readFailure(error, key), bytesRead, filled),
    );
  return createReadStream(path, { ...range, highWaterMark: pieceBytes, fs: { open: openFile, read: readFile, close } });
}
