import { PutBucketPolicyCommand, S3Client } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { openS3Server, type S3Fault, type S3Server } from "../testing/index.ts";
import { examineBucket } from "./examine-bucket.ts";

let server: S3Server;
beforeEach(async () => void (server = await openS3Server({ buckets: ["other"] })));
afterEach(() => server.close());

const bucket = "tiktok-media";
const examine = (make: boolean, change: Partial<S3Server["settings"] & { bucket: string }> = {}) =>
  examineBucket({ ...server.settings, bucket, ...change }, { make, limitMs: 2_000 });
const said = async (make: boolean, change?: Parameters<typeof examine>[1]) =>
  (await examine(make, change)).map(({ state, says }) => `${state}: ${says}`);

test("setup makes the bucket once, tries it out, and leaves nothing in it", async () => {
  const well = [
    "good: objects can be written, read and deleted, and uploads aborted",
    "good: strangers may not read it, which is right: platforms fetch media through Reelay",
  ];
  expect(await said(true)).toEqual([`good: the bucket ${bucket} was made (${server.settings.endpoint})`, ...well]);
  for (const make of [true, false])
    expect(await said(make)).toEqual([`good: the bucket ${bucket} is there (${server.settings.endpoint})`, ...well]);
  expect([await server.keys(bucket), await server.unfinished(bucket)]).toEqual([[], []]);
});

test("looking alone makes nothing", async () => {
  const expected = [`bad: ${server.settings.endpoint}: there is no bucket ${bucket}`];
  expect(await said(false)).toEqual(expected);
  expect(await said(false)).toEqual(expected);
});

test("a bucket that strangers may read is said to be one", async () => {
  const { accessKeyId, secretAccessKey, ...rest } = server.settings;
  const s3 = new S3Client({ ...rest, credentials: { accessKeyId, secretAccessKey } });
  await s3.send(new PutBucketPolicyCommand({ Bucket: "other", Policy: "{}" }));
  expect((await said(false, { bucket: "other" })).at(-1)).toMatch(/^open: strangers may read/);
});

test.each([
  [{ secretAccessKey: "wrong" }, /secret does not belong/],
  [{ accessKeyId: "nobody" }, /does not know this access key/],
  [{ endpoint: "http://127.0.0.1:1" }, /does not answer \(.*ECONNREFUSED/],
])("%j is told in a sentence, with what to do, and changes nothing", async (change, sentence) => {
  const [finding, ...more] = await examine(true, change as Parameters<typeof examine>[1]);
  expect(more).toEqual([]);
  expect(finding).toMatchObject({
    state: "bad",
    says: expect.stringMatching(sentence),
    fix: expect.stringMatching(/^Correct S3_/),
  });
  expect(JSON.stringify(finding)).not.toContain("S3RVER");
});

test.each([
  [403, "AccessDenied", /may not use the bucket/],
  [413, "EntityTooLarge", /no objects of this size/],
  [415, "InvalidMimeType", /certain types only/],
  [400, "SomethingElse", /answers SomethingElse \(400\)/],
])("a write refused with %i %s is told", async (status, code, sentence) => {
  const fault: S3Fault = { method: "PUT", does: { kind: "answer", status, code } };
  server.faults.add(fault);
  expect(await said(false, { bucket: "other" })).toEqual([expect.stringMatching(sentence)]);
});

test("a server that says nothing is not waited for", async () => {
  server.faults.add({ method: "GET", does: { kind: "silence" } });
  expect(await said(false)).toEqual([`bad: ${server.settings.endpoint}: the server does not answer in time`]);
});
