import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { makePicture, makeVideo } from "./testing/make-media.ts";
import { consentNow } from "./testing/post-body.ts";
import { acceptPost, untilPublished } from "./testing/publish.ts";
import { startTestStack, type TestStack } from "./testing/start-test-stack.ts";
import { until } from "@reelay/runtime/testing";

let on: TestStack;
let imageId: string;
const seconds = (count: number) => new Date(Date.now() + count * 1_000);

beforeAll(async () => {
  on = await startTestStack();
  const picture = await makePicture(join(on.directory, "picture.jpg"));
  imageId = (await on.api.upload(picture, "image/jpeg")).id;
}, 120_000);
afterAll(async () => on.stop(), 60_000);

/** What the platform shows of an account. */
const postsOf = async (openId: string) => (await on.simulator.posts()).filter((post) => post.openId === openId);

describe("the main job", () => {
  test("an image becomes a video, and the post holds exactly the rendition's bytes", async () => {
    const { accountId, openId } = await on.connect("first.creator");
    const { publicationId } = await acceptPost(on.api, { accountId, mediaId: imageId, caption: "Été à Lyon 🎬 #lyon" });
    const { permalink, platformPostId, publishedAt } = await untilPublished(on.api, publicationId);
    const rendition = await on.api.post(`/api/media/${imageId}/renditions`, { target: "tiktok-video" });
    expect(rendition).toMatchObject({ state: "ready", plan: { kind: "still" } });

    const posts = await postsOf(openId);
    expect(posts).toMatchObject([
      { sha256: rendition.result.sha256, title: "Été à Lyon 🎬 #lyon", privacyLevel: "PUBLIC_TO_EVERYONE" },
    ]);
    expect(permalink).toBe(posts[0]?.permalink);
    expect(platformPostId).toBe(posts[0]?.postId);
    expect(Date.parse(publishedAt ?? "")).not.toBeNaN();
    expect((await fetch(permalink ?? "")).status).toBe(200);
  }, 120_000);

  test("a video that already fits is posted untouched, in the planned chunks", async () => {
    const { accountId, openId } = await on.connect("video.creator");
    const video = await makeVideo(join(on.directory, "fits.mp4"), 12_345_678);
    const { id: mediaId, sha256 } = await on.api.upload(video.path, "video/mp4");
    await rm(video.path);
    expect(sha256).toBe(video.sha256);
    const { publicationId } = await acceptPost(on.api, { accountId, mediaId, caption: "untouched" });
    await untilPublished(on.api, publicationId);

    expect(await postsOf(openId)).toMatchObject([{ sha256: video.sha256, sizeBytes: 12_345_678 }]);
    const uploads = (await on.simulator.uploads()).filter((upload) => upload.openId === openId);
    expect(uploads.map(({ puts }) => puts.map(({ first, last, httpStatus }) => [first, last, httpStatus]))).toEqual([
      [
        [0, 5_242_879, 206],
        [5_242_880, 12_345_677, 201],
      ],
    ]);
    const rendition = await on.api.post(`/api/media/${mediaId}/renditions`, { target: "tiktok-video" });
    expect(rendition).toMatchObject({ plan: { kind: "pass" }, result: { sha256: video.sha256 } });
  }, 120_000);

  test("the live stream tells every event once and in order, and ends with the publication", async () => {
    const { accountId } = await on.connect("watched.creator");
    const { publicationId } = await acceptPost(on.api, {
      accountId,
      mediaId: imageId,
      caption: "watched",
      scheduledAt: seconds(2),
    });
    const events = await on.api.events(`/api/publications/${publicationId}/events`);
    const told = events.filter(({ id }) => id !== null);
    expect(told.map(({ data }) => data.type)).toEqual([
      "accepted",
      "started",
      "intent_saved",
      "accepted_by_platform",
      "published",
    ]);
    expect(told.map(({ id }) => id)).toEqual(told.map((_, index) => (told[0]?.id ?? 0) + index));
    expect(events.at(-1)?.event).toBe("end");
    const progress = events.filter(({ event }) => event === "progress").map(({ data }) => data.bytesSent);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));

    const { timeline } = await on.api.get(`/api/publications/${publicationId}`);
    expect(timeline.map(({ type }: { type: string }) => type)).toEqual(told.map(({ data }) => data.type));
  }, 120_000);
});

describe("a scheduled post", () => {
  test("is published after its time and not before", async () => {
    const { accountId, openId } = await on.connect("punctual.creator");
    const dueAt = seconds(3);
    const { postId, publicationId } = await acceptPost(on.api, {
      accountId,
      mediaId: imageId,
      caption: "on time",
      scheduledAt: dueAt,
    });
    expect(await on.api.get(`/api/posts/${postId}`)).toMatchObject({ status: "scheduled" });
    await untilPublished(on.api, publicationId);
    const [upload] = (await on.simulator.uploads()).filter((upload) => upload.openId === openId);
    expect(upload?.createdAt).toBeGreaterThanOrEqual(dueAt.getTime());
    expect(upload?.createdAt).toBeLessThan(dueAt.getTime() + 5_000);
    expect(await postsOf(openId)).toHaveLength(1);
  }, 120_000);

  test("can be edited: the new caption is published, at the new time", async () => {
    const { accountId, openId } = await on.connect("editing.creator");
    const { postId, publicationId } = await acceptPost(on.api, {
      accountId,
      mediaId: imageId,
      caption: "before",
      scheduledAt: seconds(3_600),
    });
    const change = { caption: "after", scheduledAt: null };
    expect(await on.api.call("PATCH", `/api/posts/${postId}`, change)).toMatchObject({
      status: 422,
      body: { code: "consent_required" },
    });
    const consented = { ...change, targets: [{ accountId, consent: consentNow() }] };
    expect((await on.api.call("PATCH", `/api/posts/${postId}`, consented)).status).toBe(200);
    await untilPublished(on.api, publicationId);
    expect((await postsOf(openId)).map(({ title }) => title)).toEqual(["after"]);
    expect(await on.api.call("PATCH", `/api/posts/${postId}`, consented)).toMatchObject({
      status: 409,
      body: { code: "already_started" },
    });
  }, 120_000);

  test("can be canceled: nothing of it is ever sent", async () => {
    const { accountId, openId } = await on.connect("wavering.creator");
    const dueAt = seconds(2);
    const wish = { accountId, mediaId: imageId, scheduledAt: dueAt };
    const { postId, publicationId } = await acceptPost(on.api, { ...wish, caption: "not this one" });
    expect((await on.api.call("DELETE", `/api/posts/${postId}`)).body).toMatchObject({
      status: "canceled",
      canceled: [publicationId],
      notCanceled: [],
    });
    const later = await acceptPost(on.api, { ...wish, caption: "this one", scheduledAt: seconds(3) });
    await untilPublished(on.api, later.publicationId);
    expect(Date.now()).toBeGreaterThan(dueAt.getTime());
    expect(await on.api.get(`/api/publications/${publicationId}`)).toMatchObject({ status: "canceled" });
    expect((await postsOf(openId)).map(({ title }) => title)).toEqual(["this one"]);
    const uploads = (await on.simulator.uploads()).filter((upload) => upload.openId === openId);
    expect(uploads).toHaveLength(1);
  }, 120_000);
});

test("nothing that was sent broke a rule of the platform", async () => {
  await until(async () => ((await on.simulator.calls()).held === 0 ? true : undefined), {
    what: "every call answered",
    limitMs: 60_000,
  });
  expect((await on.simulator.calls()).violations).toBe(0);
});
