import { createHash, randomBytes } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { request } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createSimulator } from "./create-simulator.ts";
import { put, startBench, type Bench } from "./testing/start-bench.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(async () => await bench.close());

const chunk = 5_242_880;
const total = chunk * 2 + 1_514_240;
const video = randomBytes(total);
const first = video.subarray(0, chunk);
const rest = video.subarray(chunk);
const sha256 = createHash("sha256").update(video).digest("hex");
const begin = () => bench.begin(total, { chunk, count: 2, info: { privacy_level: "PUBLIC_TO_EVERYONE" } });
const uploadOf = (publishId: string) => bench.world.uploads.get(publishId)!;

/** A PUT whose body the test sends piece by piece. */
function openPut(url: string, range: string, length: number) {
  const sending = request(url, {
    method: "PUT",
    headers: { "content-type": "video/mp4", "content-range": range, "content-length": length },
  });
  const ended = new Promise<number | null>((resolve) => {
    sending.on("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? null);
    });
    sending.on("error", () => resolve(null));
  });
  return { sending, ended };
}

/** Once bytes of the body are on disk. */
async function arrived(publishId: string, sizeBytes: number): Promise<void> {
  const path = `${bench.directory}/${publishId.replace("~", "_")}.mp4`;
  for (;;) {
    const size = await open(path).then(
      async (file) => {
        const found = await file.stat();
        await file.close();
        return found.size;
      },
      () => 0,
    );
    if (size >= sizeBytes) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("an upload", () => {
  test("in order becomes one post with the bytes' digest: 206, then 201, with the progress", async () => {
    const { url, publishId } = await begin();
    expect(await put(url, first, { total })).toEqual({ status: 206, contentRange: `bytes 0-${chunk}/${total}` });
    expect((await bench.status(publishId)).data).toEqual({ status: "PROCESSING_UPLOAD", uploaded_bytes: chunk });
    expect(bench.world.posts).toEqual([]);
    expect(await put(url, rest, { first: chunk, total })).toEqual({
      status: 201,
      contentRange: `bytes 0-${total}/${total}`,
    });
    expect(bench.world.posts).toMatchObject([{ publishId, sha256, sizeBytes: total, username: "demo.creator" }]);
    const { filePath } = bench.world.posts[0]!;
    expect(video.equals(await readFile(filePath))).toBe(true);
    expect(await readFile(`${filePath}.sha256`, "utf8")).toBe(`${sha256}\n`);
    expect(uploadOf(publishId).puts.map((one) => [one.first, one.last, one.total, one.httpStatus])).toEqual([
      [0, chunk - 1, total, 206],
      [chunk, total - 1, total, 201],
    ]);
    expect(bench.world.violations).toBe(0);
  });

  test("out of order, or again, is 416 with the progress and changes nothing", async () => {
    const { url, publishId } = await begin();
    expect(await put(url, rest, { first: chunk, total })).toEqual({ status: 416, contentRange: null });
    await put(url, first, { total });
    const progress = `bytes 0-${chunk}/${total}`;
    expect(await put(url, first, { total })).toEqual({ status: 416, contentRange: progress });
    await put(url, rest, { first: chunk, total });
    expect((await put(url, rest, { first: chunk, total })).status).toBe(416);
    expect(uploadOf(publishId).acknowledgedBytes).toBe(total);
    expect(bench.world.posts.map((post) => post.sha256)).toEqual([sha256]);
  });

  test.each<[string, Parameters<typeof put>[2] & { bytes?: Uint8Array }]>([
    ["another total", { total: total + 1 }],
    ["a range shorter than the chunk", { bytes: first.subarray(1) }],
    ["a range longer than the chunk", { bytes: video.subarray(0, chunk + 1) }],
    ["a range that does not fit the body", { headers: { "content-range": `bytes 0-${chunk}/${total}` } }],
    ["no readable range", { headers: { "content-range": `bytes 0-${chunk - 1}` } }],
    ["a content type off the list", { headers: { "content-type": "application/octet-stream" } }],
  ])("%s is 400, a violation, and nothing is stored", async (_what, { bytes = first, ...rest }) => {
    const { url, publishId } = await begin();
    expect((await put(url, bytes, { total, ...rest })).status).toBe(400);
    expect([bench.world.violations, uploadOf(publishId).acknowledgedBytes]).toEqual([1, 0]);
  });

  test.each(["video/quicktime", "video/webm", "VIDEO/MP4; codecs=avc1"])("%s is taken", async (contentType) => {
    const { url } = await bench.begin(10);
    expect((await put(url, new Uint8Array(10), { headers: { "content-type": contentType } })).status).toBe(201);
  });

  test("an unknown address is 404; after an hour it is 403 and the upload has failed", async () => {
    const { url, publishId } = await begin();
    expect((await put(url.replace(/upload_token=.*/, "upload_token=x"), first, { total })).status).toBe(404);
    await put(url, first, { total });
    bench.time.now += 60 * 60_000 - 1;
    expect((await bench.status(publishId)).data).toMatchObject({ status: "PROCESSING_UPLOAD" });
    bench.time.now += 1;
    expect((await put(url, rest, { first: chunk, total })).status).toBe(403);
    expect((await bench.status(publishId)).data).toMatchObject({ status: "FAILED", fail_reason: "internal" });
    expect(bench.world.posts).toEqual([]);
  });
});

describe("a chunk that breaks off", () => {
  test("counts for nothing, and the next try completes it", async () => {
    const { url, publishId } = await begin();
    await put(url, first, { total });
    const broken = openPut(url, `bytes ${chunk}-${total - 1}/${total}`, rest.length);
    broken.sending.write(randomBytes(1_000_000));
    await arrived(publishId, chunk + 1_000_000);
    broken.sending.destroy();
    await broken.ended;
    await bench.world.waitFor(() => uploadOf(publishId).puts.length === 2, 5_000);
    expect(uploadOf(publishId).acknowledgedBytes).toBe(chunk);
    expect((await put(url, rest, { first: chunk, total })).status).toBe(201);
    expect(bench.world.posts.map((post) => post.sha256)).toEqual([sha256]);
  });

  test("a second body takes the place of one that stands half-way: one post, its bytes whole", async () => {
    const { url, publishId } = await begin();
    await put(url, first, { total });
    const frozen = openPut(url, `bytes ${chunk}-${total - 1}/${total}`, rest.length);
    frozen.sending.write(randomBytes(1_000_000));
    await arrived(publishId, chunk + 1_000_000);
    expect((await put(url, rest, { first: chunk, total })).status).toBe(201);
    expect(await frozen.ended).toBeNull();
    expect(bench.world.posts.map((post) => post.sha256)).toEqual([sha256]);
    expect(video.equals(await readFile(bench.world.posts[0]!.filePath))).toBe(true);
  });

  test("ten at once make one post", async () => {
    const { url } = await bench.begin(1_000);
    const bytes = video.subarray(0, 1_000);
    const ends = await Promise.all(Array.from({ length: 10 }, () => put(url, bytes).catch(() => null)));
    expect(ends.filter((end) => end?.status === 201).length).toBeLessThanOrEqual(1);
    expect(bench.world.posts).toHaveLength(1);
  });
});

test("a restart keeps accounts, tokens, half an upload and its digest", async () => {
  const directory = `${bench.directory}/kept`;
  const before = await startBench({ directory, keepState: true, seed: 2 });
  const { url } = await before.begin(total, { chunk, count: 2 });
  await put(url, first, { total });
  await before.simulator.close();
  const after = await createSimulator({
    directory,
    keepState: true,
    seed: 3,
    mediaCheck: false,
    clock: { now: () => before.time.now },
  });
  try {
    expect(after.world.grants.map((grant) => grant.accessToken)).toEqual([before.accessToken]);
    expect([...after.world.accounts.keys()]).toEqual([before.creator.openId]);
    const address = `${after.uploadUrl}/video/${new URL(url).search}`;
    expect((await put(address, rest, { first: chunk, total })).status).toBe(201);
    expect(after.world.posts.map((post) => post.sha256)).toEqual([sha256]);
  } finally {
    await after.close();
    await before.close();
  }
});

test("a restart goes on with a post that was being processed", async () => {
  const directory = `${bench.directory}/kept`;
  const before = await startBench({ directory, keepState: true, seed: 2 });
  const { url, publishId } = await before.begin(10);
  await put(url, new Uint8Array(10));
  const upload = before.world.uploads.get(publishId)!;
  Object.assign(upload, { status: "PROCESSING_UPLOAD" });
  Object.assign(before.world.posts[0]!, { status: "processing", postId: null, permalink: null });
  await before.simulator.close();
  const after = await createSimulator({ directory, keepState: true, seed: 3, mediaCheck: false });
  try {
    await after.world.waitFor(({ posts }) => posts[0]?.status === "posted", 5_000);
    expect(after.world.posts[0]?.permalink).toContain(after.wwwUrl);
  } finally {
    await after.close();
    await before.close();
  }
});
