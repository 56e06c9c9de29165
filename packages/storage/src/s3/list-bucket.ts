import { AbortMultipartUploadCommand, ListMultipartUploadsCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { isStorageKey } from "../storage-key.ts";
import type { Bucket } from "./bucket.ts";
import { s3ErrorName, s3Failure } from "./s3-failure.ts";

/** Objects under keys of ours; what else lies in the bucket is nobody's business here. */
export async function* listBucket(bucket: Bucket, prefix: string): AsyncGenerator<{ key: string; modifiedAt: Date }> {
  let ContinuationToken: string | undefined;
  do {
    const command = new ListObjectsV2Command({ Bucket: bucket.name, Prefix: prefix, ContinuationToken });
    const page = await bucket.call((s3, options) => s3.send(command, options));
    for (const { Key: key, LastModified: modifiedAt } of page.Contents ?? [])
      if (key !== undefined && modifiedAt !== undefined && isStorageKey(key)) yield { key, modifiedAt };
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
}

/** Drops uploads that were begun before `before` and never finished; answers how many. */
export async function dropUnfinished(bucket: Bucket, before: Date): Promise<number> {
  let dropped = 0;
  for await (const { Key, UploadId, Initiated } of unfinished(bucket)) {
    if (Key === undefined || UploadId === undefined || !isStorageKey(Key)) continue;
    if (Initiated === undefined || Initiated >= before) continue;
    const command = new AbortMultipartUploadCommand({ Bucket: bucket.name, Key, UploadId });
    await bucket.call((s3, options) => s3.send(command, options));
    dropped += 1;
  }
  return dropped;
}

async function* unfinished(bucket: Bucket) {
  let markers: { KeyMarker?: string; UploadIdMarker?: string } | null = {};
  while (markers !== null) {
    const page = await listUploads(bucket, markers);
    yield* page?.Uploads ?? [];
    markers =
      page?.IsTruncated === true && page.NextKeyMarker !== undefined
        ? { KeyMarker: page.NextKeyMarker, ...(page.NextUploadIdMarker && { UploadIdMarker: page.NextUploadIdMarker }) }
        : null;
  }
}

/** Null where the server keeps no list: it clears them away itself. */
async function listUploads(bucket: Bucket, markers: { KeyMarker?: string; UploadIdMarker?: string }) {
  const command = new ListMultipartUploadsCommand({ Bucket: bucket.name, ...markers });
  try {
    return await bucket.attempt((s3, options) => s3.send(command, options));
  } catch (error) {
    if (s3ErrorName(error) === "NotImplemented") return null;
    throw s3Failure(error);
  }
}
