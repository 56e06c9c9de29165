import { CreateMultipartUploadCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { Storage } from "../storage.ts";
import { openS3Server, type S3Fault, type S3Server } from "../testing/index.ts";
import { openS3Storage } from "./open-s3-storage.ts";

// What both drivers promise: contract.integration.test.ts.
jest.setTimeout(30_000);
const signal = new AbortController().signal;
const times = { callMs: 8_000, slowestBytesPerMs: 100_000, idleMs: 500 };
const large = randomBytes(17_000_000);
let server: S3Server;
let scratch: string;
let turn = 0;
let bucket: string;
let storage: Storage;

beforeAll(async () => {
  server = await openS3Server({ buckets: Array.from({ length: 40 }, (_, number) => `bucket-${number}`) });
  scratch = await mkdtemp(join(tmpdir(), "s3-storage-"));
});
afterAll(async () => {
  await server.close();
  await rm(scratch, { recursive: true, force: true });
});
beforeEach(() => {
  bucket = `bucket-${turn++}`;
  storage = openS3Storage({ ...server.settings, bucket }, times);
});
afterEach(() => {
  server.faults.clear();
  server.faults.seen.length = 0;
});

const put = (bytes: Buffer) => storage.put("media/a", Readable.from([bytes]), { signal });
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => "none",
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  );
const slowDown: S3Fault["does"] = { kind: "answer", status: 503, code: "SlowDown" };

describe("a put that fails leaves nothing", () => {
  const failing: [string, Buffer, S3Fault, string][] = [
    ["cut while a small object is sent", large.subarray(0, 500_000), cut({ method: "PUT" }), "storage_unavailable"],
    ["cut while a part is sent", large, cut({ method: "PUT", query: "partNumber" }), "storage_unavailable"],
    ["never answered", large, { method: "PUT", query: "partNumber", does: { kind: "silence" } }, "storage_unavailable"],
    ["refused at its end", large, { method: "POST", query: "uploadId", does: slowDown }, "storage_unavailable"],
    ["asked to slow down for too long", large, { method: "PUT", does: slowDown }, "storage_unavailable"],
    ["full", large, answer({ method: "PUT" }, 507, "XMinioStorageFull"), "storage_full"],
    ["over its quota", large, answer({ method: "PUT" }, 403, "QuotaExceeded"), "storage_full"],
    ["too large for the bucket", large, answer({ method: "PUT" }, 413, "EntityTooLarge"), "storage_unavailable"],
  ];
  test.each(failing)("%s", async (_what, bytes, fault, code) => {
    server.faults.add(fault);
    expect(await failureOf(put(bytes))).toBe(code);
    expect(await server.keys(bucket)).toEqual([]);
    expect(await server.unfinished(bucket)).toEqual([]);
  });

  test("and takes the body with it, even one that says nothing", async () => {
    server.faults.add(answer({ method: "PUT", query: "partNumber" }, 403, "AccessDenied"));
    const silent = new Readable({ read: () => undefined });
    silent.push(large);
    expect(await failureOf(storage.put("media/a", silent, { signal }))).toBe("storage_unavailable");
    expect(silent.destroyed).toBe(true);
  });

  test("but the local file stays where it was", async () => {
    const path = join(scratch, "video.mp4");
    await writeFile(path, "video");
    server.faults.add({ method: "PUT", does: slowDown });
    expect(await failureOf(storage.putFile("media/a", path))).toBe("storage_unavailable");
    expect((await stat(path)).size).toBe(5);
  });
});

test("a server that asks to slow down is asked again, three times in all", async () => {
  server.faults.add({ method: "PUT", does: slowDown, times: 2 });
  await put(Buffer.from("x"));
  expect(server.faults.seen).toEqual(Array(3).fill(`PUT /${bucket}/media/a`));
  expect((await buffer(storage.open("media/a"))).toString()).toBe("x");
});

test("a part that was cut is sent again", async () => {
  server.faults.add({ ...cut({ method: "PUT", query: "partNumber" }), times: 1 });
  await put(large);
  expect((await buffer(storage.open("media/a"))).equals(large)).toBe(true);
});

describe("a read", () => {
  test.each([
    ["is cut", "cut_answer", 3_000_000],
    ["stalls", "stall_answer", 3_000_000],
    ["stalls before its first byte", "stall_answer", 0],
  ] as const)("that %s is never taken for the whole object", async (_what, kind, afterBytes) => {
    await put(large);
    server.faults.add({ method: "GET", does: { kind, afterBytes } });
    expect(await failureOf(buffer(storage.open("media/a")))).toBe("storage_unavailable");
    expect(await failureOf(storage.localPath("media/a", scratch, signal))).toBe("storage_unavailable");
    expect((await readdir(scratch)).filter((name) => name.endsWith(".object"))).toEqual([]);
  });

  test("may be slow for as long as it likes", async () => {
    await put(large);
    let sizeBytes = 0;
    for await (const piece of storage.pieces("media/a", { start: 0, end: large.length - 1 })) {
      if (sizeBytes === 0) await new Promise((later) => setTimeout(later, times.idleMs * 3));
      sizeBytes += piece.length;
    }
    expect(sizeBytes).toBe(large.length);
  });

  test("of a server that says nothing ends", async () => {
    server.faults.add({ method: "HEAD", does: { kind: "silence" } });
    expect(await failureOf(storage.stat("media/a"))).toBe("storage_unavailable");
  });
});

describe("a wrong setting is the operator's, never a missing media", () => {
  const wrong: [string, () => Storage][] = [
    ["no such bucket", () => openS3Storage({ ...server.settings, bucket: "nowhere" }, times)],
    ["a wrong secret", () => openS3Storage({ ...server.settings, bucket, secretAccessKey: "wrong" }, times)],
    ["an unknown key", () => openS3Storage({ ...server.settings, bucket, accessKeyId: "nobody" }, times)],
    ["nobody there", () => openS3Storage({ ...server.settings, bucket, endpoint: "http://127.0.0.1:1" }, times)],
  ];
  test.each(wrong)("%s", async (_what, open) => {
    const other = open();
    const list = async () => {
      for await (const { key } of other.list("")) return key;
      return undefined;
    };
    const calls: Record<string, () => Promise<unknown>> = {
      check: () => other.check(),
      put: () => other.put("a", Readable.from([Buffer.from("x")]), { signal }),
      open: () => buffer(other.open("a")),
      stat: () => other.stat("a"),
      localPath: () => other.localPath("a", scratch, signal),
      list,
      sweep: () => other.sweepTemporary(0),
    };
    for (const [name, call] of Object.entries(calls))
      expect([name, await failureOf(call())]).toEqual([name, "storage_unavailable"]);
  });

  test("and no secret is in what is said about it", async () => {
    const error = await openS3Storage({ ...server.settings, bucket, secretAccessKey: "hush-hush" }, times)
      .check()
      .catch((failure: unknown) => failure as Error);
    expect(`${String(error)} ${JSON.stringify(error)}`).toContain("SignatureDoesNotMatch");
    expect(`${String(error)} ${JSON.stringify(error)} ${String(error?.cause)}`).not.toContain("hush-hush");
  });
});

test("a listing of more than one page is whole", async () => {
  const keys = Array.from({ length: 1_003 }, (_, number) => `m/${String(number).padStart(4, "0")}`);
  await server.plant(bucket, keys);
  const listed: string[] = [];
  // The server looks at each object: on a slow machine that is longer than the impatience of these tests.
  for await (const { key } of openS3Storage({ ...server.settings, bucket }).list("m/")) listed.push(key);
  expect(listed.sort()).toEqual(keys);
});

test("the sweep drops old unfinished uploads of ours, and spares young ones and those of others", async () => {
  const { accessKeyId, secretAccessKey, ...rest } = server.settings;
  const s3 = new S3Client({ ...rest, credentials: { accessKeyId, secretAccessKey } });
  const begin = async (Key: string) =>
    (await s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }))).UploadId ?? "";
  await server.age(bucket, await begin("media/old"), new Date(Date.now() - 7_200_000));
  await server.age(bucket, await begin("Somebody's"), new Date(Date.now() - 7_200_000));
  await begin("media/young");
  expect(await storage.sweepTemporary(3_600_000)).toBe(1);
  expect((await server.unfinished(bucket)).toSorted()).toEqual(["Somebody's", "media/young"]);
});

test("a server that keeps no list of uploads is no trouble", async () => {
  server.faults.add(answer({ method: "GET", query: "uploads" }, 501, "NotImplemented"));
  expect(await storage.sweepTemporary(0)).toBe(0);
});

function cut(request: Pick<S3Fault, "method" | "query">): S3Fault {
  return { ...request, does: { kind: "cut_request", afterBytes: 100_000 } };
}

function answer(request: Pick<S3Fault, "method" | "query">, status: number, code: string): S3Fault {
  return { ...request, does: { kind: "answer", status, code } };
}
