import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openS3Server, type S3Server } from "@reelay/storage/testing";
import { makePicture, makeVideo } from "./testing/make-media.ts";
import { acceptPost, untilPublished } from "./testing/publish.ts";
import { runReelay } from "./testing/run-reelay.ts";
import { startTestStack, type TestStack } from "./testing/start-test-stack.ts";

const bucket = "tiktok-media";
let s3: S3Server;
let on: TestStack;
beforeAll(async () => {
  s3 = await openS3Server();
  const setup = await runReelay(["storage", "setup"], { ...s3.environment(bucket), NODE_ENV: "production" });
  expect([setup.code, setup.out]).toEqual([0, expect.stringContaining(`the bucket ${bucket} was made`)]);
  on = await startTestStack({ processes: true, env: s3.environment(bucket) });
}, 180_000);
afterAll(async () => {
  await on?.stop();
  await s3?.close();
}, 60_000);

const filesOf = async (folder: string) =>
  (await readdir(join(on.directory, folder), { recursive: true, withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
const postsOf = async (openId: string) => (await on.simulator.posts()).filter((post) => post.openId === openId);

test("the main job works with every byte in a bucket that setup made", async () => {
  const picture = await makePicture(join(on.directory, "picture.jpg"));
  const { accountId, openId } = await on.connect("bucket.creator");
  const { id: mediaId } = await on.api.upload(picture, "image/jpeg");
  const { publicationId } = await acceptPost(on.api, { accountId, mediaId, caption: "from a bucket" });
  await untilPublished(on.api, publicationId);
  const { result } = await on.api.post(`/api/media/${mediaId}/renditions`, { target: "tiktok-video" });
  expect(await postsOf(openId)).toMatchObject([{ sha256: result.sha256, title: "from a bucket" }]);

  const keys = await s3.keys(bucket);
  for (const folder of ["media/", "renditions/"]) expect(keys.filter((key) => key.startsWith(folder))).not.toEqual([]);
  const fetched = await fetch(result.url, { headers: { range: "bytes=4-7" }, redirect: "error" });
  expect([fetched.status, await fetched.text()]).toEqual([206, "ftyp"]);
}, 180_000);

test("a video of several parts is posted untouched, and nothing of it stays on this machine", async () => {
  const { accountId, openId } = await on.connect("parts.creator");
  const video = await makeVideo(join(on.directory, "parts.mp4"), 22_345_678);
  const { id: mediaId, sha256 } = await on.api.upload(video.path, "video/mp4");
  await rm(video.path);
  expect(sha256).toBe(video.sha256);
  const { publicationId } = await acceptPost(on.api, { accountId, mediaId, caption: "untouched" });
  await untilPublished(on.api, publicationId);
  expect(await postsOf(openId)).toMatchObject([{ sha256: video.sha256, sizeBytes: 22_345_678 }]);
  expect(s3.faults.seen.some((request) => request.startsWith("PUT") && request.includes("partNumber"))).toBe(true);
  expect(await s3.unfinished(bucket)).toEqual([]);
  expect(await filesOf("media")).toEqual([]);
}, 180_000);
