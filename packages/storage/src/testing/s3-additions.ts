import type { S3Context, S3Middleware } from "@20minutes/s3rver";
import type S3rver from "@20minutes/s3rver";
import { randomUUID } from "node:crypto";
import { readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

interface UnfinishedUpload {
  readonly id: string;
  readonly key: string;
  readonly begunAt: Date;
}

/** What real S3 servers do and s3rver 4.0.4 does not; each is done after s3rver has checked the signature. */
export function addMissingParts(server: S3rver, directory: string): void {
  const policies = new Map<string, string>();
  const answers = { server, directory, policies };
  server.middleware.splice(-1, 0, refuseStrangers(policies), signBucketsWithSlash, afterSignature(answers));
  appearWhole(server);
}

/** The unfinished multipart uploads of a bucket. */
export async function unfinishedUploads(directory: string, bucket: string): Promise<UnfinishedUpload[]> {
  const folder = uploadsFolder(directory, bucket);
  const ids = await readdir(folder).catch(() => []);
  return await Promise.all(
    ids.map(async (id) => ({
      id,
      key: await readFile(join(folder, id, "key"), "utf8"),
      begunAt: (await stat(join(folder, id, "key"))).mtime,
    })),
  );
}

export const uploadsFolder = (directory: string, bucket: string) => join(directory, bucket, "._S3rver_uploads");

// The SDK signs `/bucket/` where s3rver computes `/bucket`.
const signBucketsWithSlash: S3Middleware = async (context, next) => {
  if (/^\/[^/]+\/$/.test(context.path)) {
    context.state.vhost = true;
    context.mountPath = "/";
  }
  await next();
};

/** Without a signature only what a policy of the bucket opens is readable. */
function refuseStrangers(policies: ReadonlyMap<string, string>): S3Middleware {
  return async (context, next) => {
    const isSigned = context.headers["authorization"] !== undefined || context.query["X-Amz-Signature"] !== undefined;
    const isOpen = policies.has(bucketOf(context)) && ["GET", "HEAD"].includes(context.method);
    if (isSigned || isOpen) return await next();
    refuse(context, 403, "AccessDenied");
  };
}

interface Answers {
  readonly server: S3rver;
  readonly directory: string;
  readonly policies: Map<string, string>;
}

function afterSignature(answers: Answers): S3Middleware {
  return async (context, next) => {
    try {
      await next();
    } catch (error) {
      if (!isMissing(error, context) || !(await answerMissing(context, answers))) throw error;
    }
  };
}

// Its pages are numbered with a cipher that Node no longer has.
function isMissing(error: unknown, { query }: S3Context): boolean {
  const code = String((error as { code?: unknown }).code);
  if (query["continuation-token"] !== undefined) return code === "InvalidArgument";
  return ["NotImplemented", "MethodNotAllowed", "ERR_OSSL_EVP_UNSUPPORTED"].includes(code);
}

async function answerMissing(context: S3Context, { server, directory, policies }: Answers): Promise<boolean> {
  const { method, query } = context;
  const bucket = bucketOf(context);
  if (query["policy"] !== undefined) return await answerPolicy(context, bucket, policies);
  if (method === "DELETE" && query["uploadId"] !== undefined) {
    await rm(join(uploadsFolder(directory, bucket), query["uploadId"]), { recursive: true, force: true });
    context.status = 204;
    return true;
  }
  if (method !== "GET") return false;
  if (query["uploads"] !== undefined) context.body = listing(await unfinishedUploads(directory, bucket));
  else if (query["list-type"] === "2") context.body = await pageOfObjects(server, bucket, query);
  else return false;
  return true;
}

async function pageOfObjects(server: S3rver, bucket: string, query: S3Context["query"]): Promise<unknown> {
  const { prefix = "", "continuation-token": startAfter = "" } = query;
  const { objects, isTruncated } = await server.store.listObjects(bucket, { prefix, startAfter, maxKeys: 1_000 });
  const Contents = objects.map(({ key, lastModifiedDate }) => ({
    Key: key,
    LastModified: lastModifiedDate.toISOString(),
  }));
  const NextContinuationToken = isTruncated ? objects.at(-1)?.key : undefined;
  return { ListBucketResult: { IsTruncated: isTruncated, Contents, ...(isTruncated && { NextContinuationToken }) } };
}

async function answerPolicy(context: S3Context, bucket: string, policies: Map<string, string>): Promise<boolean> {
  if (context.method === "PUT") {
    policies.set(bucket, await textOf(context.req));
    context.status = 204;
  } else if (context.method === "GET" && policies.has(bucket)) {
    context.body = policies.get(bucket);
  } else refuse(context, 404, "NoSuchBucketPolicy");
  return true;
}

function listing(uploads: readonly UnfinishedUpload[]): unknown {
  return {
    ListMultipartUploadsResult: {
      IsTruncated: false,
      Upload: uploads.map(({ id, key, begunAt }) => ({ Key: key, UploadId: id, Initiated: begunAt.toISOString() })),
    },
  };
}

/** s3rver writes straight into the object: of a connection that is cut, half would be seen. */
function appearWhole(server: S3rver): void {
  const { store } = server;
  const putContent = store.putContent.bind(store);
  store.putContent = async (path, content) => {
    const partial = `${path}.${randomUUID()}`;
    try {
      const put = await putContent(partial, content);
      await rename(partial, path);
      return put;
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  };
}

export function refuse(context: S3Context, status: number, code: string): void {
  context.status = status;
  context.type = "application/xml";
  context.body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>test</Message></Error>`;
}

async function textOf(request: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}

const bucketOf = ({ path }: S3Context) => path.split("/")[1] ?? "";
