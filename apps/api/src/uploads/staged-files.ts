import { dropUpload, readUpload, type Database, type UploadRow } from "@reelay/database";
import { Failure } from "@reelay/domain";
import { FileStore } from "@tus/file-store";
import { Upload } from "@tus/server";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** How long an unfinished upload can be gone on with. */
export const uploadExpiresMs = 24 * 60 * 60_000;

/** A workspace's name for an upload, and its file's below the directory: another workspace's upload has another. */
export function stagedName(workspaceId: string, uploadId: string): string {
  return `${workspaceId}/${uploadId}`;
}

/** The bytes of uploads under way as files, the rest of what tus knows as rows. */
export class StagedFiles extends FileStore {
  readonly #database: Database;

  constructor(directory: string, database: Database) {
    super({ directory, configstore: uploadRecords(database), expirationPeriodInMilliseconds: uploadExpiresMs });
    this.#database = database;
    // Room is taken before the first byte, so the length must be known.
    this.extensions = ["creation", "creation-with-upload", "termination", "expiration"];
  }

  /** One that has ended has all its bytes, if no longer here; nobody gets the lock to write to it. */
  override async getUpload(name: string): Promise<Upload> {
    const row = await rowOf(this.#database, name);
    if (!row) throw new Failure("not_found");
    return row.state === "open" ? await super.getUpload(name) : uploadOf(name, row, row.sizeBytes);
  }

  override async write(readable: Readable, name: string, offset: number): Promise<number> {
    let end = offset;
    async function* counted(source: AsyncIterable<Buffer>) {
      for await (const piece of source) {
        end += piece.length;
        yield piece;
      }
    }
    const file = createWriteStream(join(this.directory, name), { flags: "r+", start: offset });
    await pipeline(readable, counted, file).catch((error: unknown) => {
      throw fileFailure(error);
    });
    return end;
  }
}

/** What tus asks of an upload; its row is made before tus is told of it. */
function uploadRecords(database: Database) {
  return {
    async get(name: string): Promise<Upload | undefined> {
      const row = await rowOf(database, name);
      return row ? uploadOf(name, row, 0) : undefined;
    },
    async set(): Promise<void> {},
    async delete(name: string): Promise<void> {
      const [workspaceId = "", id = ""] = name.split("/");
      await dropUpload(database, workspaceId, id);
    },
  };
}

async function rowOf(database: Database, name: string): Promise<UploadRow | null> {
  const [workspaceId = "", id = ""] = name.split("/");
  return await readUpload(database, workspaceId, id);
}

function uploadOf(name: string, row: UploadRow, offset: number): Upload {
  const { sizeBytes: size, metadata, createdAt } = row;
  return new Upload({ id: name, size, offset, metadata, creation_date: createdAt.toISOString() });
}

const full = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** Only the file's own errors carry a call of the file system. */
function fileFailure(error: unknown): unknown {
  const { code, syscall } = (error ?? {}) as { code?: string; syscall?: string };
  if (code === undefined || (syscall !== "write" && syscall !== "open")) return error;
  return new Failure(full.has(code) ? "storage_full" : "storage_unavailable", {
    cause: error,
    internal: `upload: ${code}`,
  });
}
