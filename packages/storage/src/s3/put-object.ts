import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
  type CompletedPart,
} from "@aws-sdk/client-s3";
import { Failure } from "@reelay/domain";
import type { Readable } from "node:stream";
import { measureBody } from "../measure-body.ts";
import type { StoredObject } from "../storage.ts";
import type { Bucket } from "./bucket.ts";
import { cutIntoParts } from "./cut-into-parts.ts";

/** No type of its own: whoever sends bytes on knows it from the row, and a bucket opened by mistake shows nothing in a browser. */
const ContentType = "application/octet-stream";

interface Target {
  readonly bucket: Bucket;
  readonly key: string;
  readonly signal?: AbortSignal | undefined;
}

/** Streams a body into an object in parts, the next being read while one is sent; what is not whole is never seen. */
export async function putObject(target: Target, body: Readable, maxBytes?: number): Promise<StoredObject> {
  const measured = measureBody(body, {
    ...(target.signal && { signal: target.signal }),
    ...(maxBytes !== undefined && { maxBytes }),
  });
  const parts = cutIntoParts(measured.pieces);
  try {
    const first = await parts.next();
    const second = await parts.next();
    if (first.done) throw new Failure("internal", { internal: "a body without a part" });
    if (second.done) await putWhole(target, first.value);
    else await putParts(target, first.value, second.value, parts);
    return measured.stored();
  } finally {
    body.destroy();
  }
}

async function putWhole({ bucket, key, signal }: Target, bytes: Buffer): Promise<void> {
  const command = new PutObjectCommand({ Bucket: bucket.name, Key: key, Body: bytes, ContentType });
  await bucket.call((s3, options) => s3.send(command, options), { signal, bytes: bytes.length });
}

async function putParts(target: Target, first: Buffer, second: Buffer, rest: AsyncGenerator<Buffer>): Promise<void> {
  const { bucket, key, signal } = target;
  const upload = { Bucket: bucket.name, Key: key, UploadId: await begin(target) };
  try {
    const sent = [await sendPart(target, upload, 1, first)];
    let part: Buffer | null = second;
    for (let number = 2; part !== null; number += 1) {
      const following = rest.next();
      following.catch(() => undefined);
      sent.push(await sendPart(target, upload, number, part));
      const next = await following;
      part = next.done ? null : next.value;
    }
    const command = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: sent } });
    await bucket.call((s3, options) => s3.send(command, options), { signal });
  } catch (error) {
    // Not by the caller's signal: it may be why. What stays all the same is swept.
    const command = new AbortMultipartUploadCommand(upload);
    await bucket.call((s3, options) => s3.send(command, options)).catch(() => undefined);
    throw error;
  }
}

async function begin({ bucket, key, signal }: Target): Promise<string> {
  const command = new CreateMultipartUploadCommand({ Bucket: bucket.name, Key: key, ContentType });
  const { UploadId } = await bucket.call((s3, options) => s3.send(command, options), { signal });
  if (UploadId === undefined) throw new Failure("storage_unavailable", { internal: "s3: an upload without an id" });
  return UploadId;
}

async function sendPart(
  { bucket, signal }: Target,
  upload: { Bucket: string; Key: string; UploadId: string },
  PartNumber: number,
  bytes: Buffer,
): Promise<CompletedPart> {
  const command = new UploadPartCommand({ ...upload, PartNumber, Body: bytes });
  const { ETag } = await bucket.call((s3, options) => s3.send(command, options), { signal, bytes: bytes.length });
  return { PartNumber, ETag };
}
