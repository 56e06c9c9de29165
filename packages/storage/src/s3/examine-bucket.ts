import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { randomBytes, randomUUID } from "node:crypto";
import type { StorageFinding } from "../storage-finding.ts";
import { openBucket, s3Times, type Bucket, type S3Settings } from "./bucket.ts";
import { bucketProblem } from "./bucket-problem.ts";
import { s3ErrorName } from "./s3-failure.ts";

interface Examination {
  /** Makes a bucket that is not there. */
  readonly make: boolean;
  /** Longest wait for one answer. */
  readonly limitMs: number;
}

/** Is the bucket there, can we write, read and delete in it, and can strangers read it? Leaves nothing in it. */
export async function examineBucket(settings: S3Settings, { make, limitMs }: Examination): Promise<StorageFinding[]> {
  const bucket = openBucket(settings, { ...s3Times, callMs: limitMs });
  const where = settings.endpoint ?? `Amazon S3, ${settings.region}`;
  const key = `check/${randomUUID()}`;
  try {
    const isNew = await findOrMake(bucket, settings, make);
    const there: StorageFinding = good(`the bucket ${bucket.name} ${isNew ? "was made" : "is there"} (${where})`);
    const outside = await tryOut(bucket, key, () => lookFromOutside(bucket, settings, key, limitMs));
    return [there, good("objects can be written, read and deleted, and uploads aborted"), outside];
  } catch (error) {
    const { says, fix } = bucketProblem(error, bucket.name);
    return [{ state: "bad", says: `${where}: ${says}`, fix }];
  }
}

async function findOrMake(bucket: Bucket, settings: S3Settings, make: boolean): Promise<boolean> {
  const list = new ListObjectsV2Command({ Bucket: bucket.name, MaxKeys: 1 });
  try {
    await bucket.attempt((s3, options) => s3.send(list, options));
    return false;
  } catch (error) {
    if (!make || s3ErrorName(error) !== "NoSuchBucket") throw error;
  }
  const isAmazonElsewhere = settings.endpoint === undefined && settings.region !== "us-east-1";
  const create = new CreateBucketCommand({
    Bucket: bucket.name,
    ...(isAmazonElsewhere && { CreateBucketConfiguration: { LocationConstraint: settings.region as "eu-west-1" } }),
  });
  try {
    await bucket.attempt((s3, options) => s3.send(create, options));
  } catch (error) {
    // Another setup was faster.
    if (s3ErrorName(error) !== "BucketAlreadyOwnedByYou") throw error;
  }
  return true;
}

/** Writes an object, reads it, lets `look` see it and removes it; begins an upload and aborts it. */
async function tryOut<T>(bucket: Bucket, key: string, look: () => Promise<T>): Promise<T> {
  const object = { Bucket: bucket.name, Key: key };
  const bytes = randomBytes(16);
  const type = "application/octet-stream";
  await bucket.attempt((s3, options) =>
    s3.send(new PutObjectCommand({ ...object, Body: bytes, ContentType: type }), options),
  );
  try {
    const read = await bucket.attempt(async (s3, options) => {
      const { Body } = await s3.send(new GetObjectCommand(object), options);
      return await Body?.transformToByteArray();
    });
    if (!read || !bytes.equals(read)) throw Object.assign(new Error("other bytes"), { name: "OtherBytesRead" });
    const { UploadId } = await bucket.attempt((s3, options) =>
      s3.send(new CreateMultipartUploadCommand(object), options),
    );
    await bucket.attempt((s3, options) => s3.send(new AbortMultipartUploadCommand({ ...object, UploadId }), options));
    return await look();
  } finally {
    await bucket.attempt((s3, options) => s3.send(new DeleteObjectCommand(object), options));
  }
}

/** As a stranger would ask. */
async function lookFromOutside(
  { name }: Bucket,
  settings: S3Settings,
  key: string,
  limitMs: number,
): Promise<StorageFinding> {
  const base = settings.endpoint ?? `https://s3.${settings.region}.amazonaws.com`;
  try {
    const answer = await fetch(`${base}/${name}/${key}`, { signal: AbortSignal.timeout(limitMs), redirect: "manual" });
    await answer.body?.cancel();
    if (answer.ok)
      return {
        state: "open",
        says: "strangers may read objects whose key they know; Reelay does not need that",
        fix: null,
      };
  } catch {
    return { state: "open", says: "whether strangers may read it could not be asked", fix: null };
  }
  return good("strangers may not read it, which is right: platforms fetch media through Reelay");
}

function good(says: string): StorageFinding {
  return { state: "good", says, fix: null };
}
