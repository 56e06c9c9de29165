import { DeleteObjectCommand, HeadBucketCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import { Failure } from "@reelay/domain";
import { randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { requireStorageKey } from "../storage-key.ts";
import { writeFailure } from "../storage-failure.ts";
import type { Storage } from "../storage.ts";
import { openBucket, s3Times, type Bucket, type S3Settings, type S3Times } from "./bucket.ts";
import { dropUnfinished, listBucket } from "./list-bucket.ts";
import { putObject } from "./put-object.ts";
import { openObjectStream, readObject } from "./read-object.ts";
import { s3Failure, s3Status } from "./s3-failure.ts";

/** Storage in a bucket of an S3-compatible server, which nothing else should use. Asks it nothing yet. */
export function openS3Storage(settings: S3Settings, times: S3Times = s3Times): Storage {
  const bucket = openBucket(settings, times);
  const target = (key: string) => ({ bucket, key: requireStorageKey(key) });
  return {
    async put(key, body, { signal, maxBytes }) {
      return await putObject({ ...target(key), signal }, body, maxBytes);
    },

    async putFile(key, path, { signal } = {}) {
      const to = target(key);
      try {
        const stored = await putObject({ ...to, signal }, createReadStream(path));
        await rm(path, { force: true });
        return stored;
      } catch (error) {
        signal?.throwIfAborted();
        throw writeFailure(error);
      }
    },

    open(key, range) {
      return openObjectStream({ ...target(key), range });
    },

    pieces(key, range) {
      return readObject({ ...target(key), range });
    },

    async stat(key) {
      return await statObject(bucket, requireStorageKey(key));
    },

    async remove(key) {
      await removeObject(target(key));
    },

    async localPath(key, directory, signal) {
      const path = join(directory, `${randomUUID()}.object`);
      const file = createWriteStream(path, { flags: "wx", mode: 0o600 });
      try {
        await pipeline(openObjectStream(target(key)), file, { signal });
        return path;
      } catch (error) {
        await rm(path, { force: true });
        signal.throwIfAborted();
        throw writeFailure(error);
      }
    },

    list(prefix) {
      return listBucket(bucket, prefix);
    },

    async check() {
      const probe = target(`check/${randomUUID()}`);
      await putObject(probe, Readable.from([Buffer.from("ok")]));
      await removeObject(probe);
    },

    async sweepTemporary(olderThanMs) {
      return await dropUnfinished(bucket, new Date(Date.now() - olderThanMs));
    },
  };
}

async function removeObject({ bucket, key }: { bucket: Bucket; key: string }): Promise<void> {
  const command = new DeleteObjectCommand({ Bucket: bucket.name, Key: key });
  await bucket.call((s3, options) => s3.send(command, options)).catch(ignoreMissing);
}

async function statObject(bucket: Bucket, key: string): Promise<{ sizeBytes: number } | null> {
  const command = new HeadObjectCommand({ Bucket: bucket.name, Key: key });
  try {
    const { ContentLength } = await bucket.attempt((s3, options) => s3.send(command, options));
    return ContentLength === undefined ? null : { sizeBytes: ContentLength };
  } catch (error) {
    if (s3Status(error) !== 404) throw s3Failure(error);
    // Without a body 404 may mean the bucket, and then nothing is known about the object.
    const bucketCommand = new HeadBucketCommand({ Bucket: bucket.name });
    await bucket
      .call((s3, options) => s3.send(bucketCommand, options))
      .catch((failure: unknown) => {
        if (failure instanceof Failure && failure.code === "media_bytes_missing") throw noBucket(bucket);
        throw failure;
      });
    return null;
  }
}

function noBucket({ name }: Bucket): Failure {
  return new Failure("storage_unavailable", { internal: `s3: no bucket ${name}` });
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Failure && error.code === "media_bytes_missing")) throw error;
}
