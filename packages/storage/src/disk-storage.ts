import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { access, copyFile, mkdir, open, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { listObjects } from "./list-objects.ts";
import { openObject } from "./open-object.ts";
import { readPieces } from "./read-pieces.ts";
import { requireStorageKey } from "./storage-key.ts";
import { errorCode, readFailure, writeFailure } from "./storage-failure.ts";
import type { Storage, StoredObject } from "./storage.ts";
import { sweepTemporary } from "./sweep-temporary.ts";
import { digestFile, writeObject } from "./write-object.ts";

/**
 * Storage in a directory of this machine: `objects/<key>` and `temporary/`, on one file system so that a rename is atomic.
 * Creates the directories (0700). Throws Failure `storage_unavailable` when it cannot.
 */
export async function openDiskStorage(options: { directory: string }): Promise<Storage> {
  const objects = resolve(options.directory, "objects");
  const temporary = resolve(options.directory, "temporary");
  const pathOf = (key: string) => join(objects, requireStorageKey(key));
  const temporaryPath = () => join(temporary, `${randomUUID()}.part`);
  for (const directory of [objects, temporary]) {
    await mkdir(directory, { recursive: true, mode: 0o700 }).catch(fail);
  }

  /** Moves a finished, synced temporary file to its key. */
  async function settle(from: string, to: string): Promise<void> {
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await rename(from, to);
    await syncDirectory(dirname(to));
  }

  async function guarded<T>(partial: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  }

  return {
    async put(key, body, { signal, maxBytes }) {
      const to = pathOf(key);
      const partial = temporaryPath();
      return guarded(partial, async () => {
        const stored = await writeObject(partial, body, { signal, ...(maxBytes === undefined ? {} : { maxBytes }) });
        await settle(partial, to).catch(fail);
        return stored;
      });
    },

    async putFile(key, path): Promise<StoredObject> {
      const to = pathOf(key);
      const partial = temporaryPath();
      return guarded(partial, async () => {
        try {
          await takeOver(path, partial);
          const stored = await digestFile(partial);
          await settle(partial, to);
          return stored;
        } catch (error) {
          return fail(error);
        }
      });
    },

    open(key, range) {
      return openObject(pathOf(key), key, range);
    },

    pieces(key, range) {
      return readPieces(pathOf(key), key, range);
    },

    async stat(key) {
      const found = await stat(pathOf(key)).catch((error: unknown) => {
        const failure = readFailure(error, key);
        if (failure.code === "media_bytes_missing") return null;
        throw failure;
      });
      return found?.isFile() === true ? { sizeBytes: found.size } : null;
    },

    async remove(key) {
      await rm(pathOf(key), { force: true }).catch(fail);
    },

    async localPath(key, _directory, signal) {
      signal.throwIfAborted();
      const path = pathOf(key);
      await access(path, constants.R_OK).catch((error: unknown) => {
        throw readFailure(error, key);
      });
      return path;
    },

    list(prefix) {
      return listObjects(objects, prefix);
    },

    async check() {
      const partial = temporaryPath();
      await guarded(partial, async () => {
        await writeProbe(partial).catch(fail);
        await rm(partial, { force: true });
      });
    },

    sweepTemporary(olderThanMs) {
      return sweepTemporary(temporary, olderThanMs);
    },
  };
}

function fail(error: unknown): never {
  throw writeFailure(error);
}

async function takeOver(path: string, partial: string): Promise<void> {
  try {
    await rename(path, partial);
  } catch (error) {
    if (errorCode(error) !== "EXDEV") throw error;
    await copyFile(path, partial);
    await rm(path);
  }
  // A rename keeps the old time, and the sweep of orphans goes by it.
  const now = new Date();
  await utimes(partial, now, now);
}

async function writeProbe(path: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.write("ok");
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
