import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Failure } from "@reelay/domain";
import { convertMedia, probeMedia } from "@reelay/jobs";
import { expectEnqueued, performJob } from "@reelay/jobs/testing";
import { probeMedia as probeFile } from "@reelay/media";
import { join } from "node:path";
import type { ConversionDeps } from "./deps.ts";
import { createProbeMedia } from "./probe-media.ts";
import { createBench, type Bench, type TestMedia } from "./testing/bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
}, 120_000);
afterAll(() => bench.close());

const hour = 3_600_000;
const probe = ({ mediaId, workspaceId }: TestMedia, change: Partial<ConversionDeps> = {}, signal?: AbortSignal) =>
  performJob(
    probeMedia,
    createProbeMedia({ ...bench.deps, ...change }),
    { mediaId, workspaceId },
    signal ? { signal } : {},
  );
const row = async ({ mediaId }: TestMedia) => {
  const [media] = await bench.db.sql<{ state: string; storage_key: string | null; failure: unknown; tries: number }>(
    "select state, storage_key, failure, tries, lease_until from media where id = $1",
    [mediaId],
  );
  return media;
};
const free = (media: TestMedia) => bench.db.sql("update media set lease_until = null where id = $1", [media.mediaId]);

describe("a file that fits", () => {
  test("becomes its own rendition untouched, and its publications move on in the same transaction", async () => {
    const { workspaceId, accountId } = await bench.workspace();
    const media = await bench.media(workspaceId, "video");
    const [now] = await bench.post({ workspaceId, accountIds: [accountId], mediaId: media.mediaId });
    const [later] = await bench.post({ workspaceId, accountIds: [accountId], mediaId: media.mediaId, inMs: hour });
    const toldBefore = bench.told.due;

    expect(await probe(media)).toEqual({ outcome: "completed" });

    expect(await row(media)).toMatchObject({ state: "ready", storage_key: media.storageKey, failure: null });
    const renditions = await bench.renditions(media.mediaId);
    expect(renditions).toEqual([
      expect.objectContaining({ state: "ready", storage_key: media.storageKey, sha256: media.sha256, lease_token: 0 }),
    ]);
    expect(renditions[0]?.plan).toMatchObject({ kind: "pass" });
    expect(await bench.sha256(media.storageKey)).toMatchObject({ sha256: media.sha256 });
    expect(await bench.publication(now!)).toMatchObject({ status: "waiting", events: ["accepted", "media_ready"] });
    expect(await bench.publication(later!)).toMatchObject({ status: "scheduled", events: ["accepted", "media_ready"] });
    expect(bench.told.due).toBe(toldBefore + 1);
  });

  test("that must be converted leaves its publications preparing, and its conversion enqueued", async () => {
    const { workspaceId, accountId } = await bench.workspace();
    const media = await bench.media(workspaceId, "image");
    const [id] = await bench.post({ workspaceId, accountIds: [accountId], mediaId: media.mediaId });
    await probe(media);
    const [rendition] = await bench.renditions(media.mediaId);
    expect(rendition).toMatchObject({ state: "queued", plan: { kind: "still" } });
    expect(await bench.publication(id!)).toMatchObject({ status: "preparing", events: ["accepted"] });
    await expectEnqueued(bench.redis, convertMedia, { renditionId: rendition!.id });
  });
});

describe("a file at fault", () => {
  test.each(["cutImage", "cutVideo"] as const)(
    "(%s) is rejected: bytes deleted, row kept, publications failed",
    async (file) => {
      const { workspaceId, accountId } = await bench.workspace();
      const media = await bench.media(workspaceId, file);
      const ids = await bench.post({ workspaceId, accountIds: [accountId], mediaId: media.mediaId, inMs: hour });

      expect(await probe(media)).toEqual({ outcome: "cancelled", why: "media_unreadable" });

      expect(await row(media)).toMatchObject({
        state: "rejected",
        storage_key: null,
        failure: { code: "media_unreadable" },
      });
      expect(await bench.files()).not.toContain(join("objects", media.storageKey));
      expect(await bench.renditions(media.mediaId)).toMatchObject([
        { state: "failed", failure: { code: "media_rejected" } },
      ]);
      expect(await bench.publication(ids[0]!)).toMatchObject({
        status: "failed",
        failure: { code: "media_rejected", cause: { code: "media_unreadable" } },
        events: ["accepted", "failed"],
      });
    },
  );
});

describe("a cause of ours", () => {
  test("is tried three times, each a while after the other, and then ends what waits", async () => {
    const { workspaceId, accountId } = await bench.workspace();
    const media = await bench.media(workspaceId, "video");
    const ids = await bench.post({ workspaceId, accountIds: [accountId], mediaId: media.mediaId });
    const storage = { ...bench.storage, localPath: () => Promise.reject(new Failure("storage_unavailable")) };
    for (const tries of [1, 2]) {
      await expect(probe(media, { storage })).rejects.toMatchObject({ code: "storage_unavailable" });
      expect(await row(media)).toMatchObject({ state: "probing", tries });
      expect(await probe(media, { storage })).toEqual({ outcome: "completed" });
      expect(await row(media)).toMatchObject({ tries });
      await free(media);
    }
    await expect(probe(media, { storage })).rejects.toMatchObject({ code: "storage_unavailable" });
    expect(await row(media)).toMatchObject({ state: "rejected", failure: { code: "storage_unavailable" } });
    expect(await bench.publication(ids[0]!)).toMatchObject({ status: "failed", failure: { code: "media_rejected" } });
  });

  test("an interruption gives the media back at once and is not counted, even at the last try", async () => {
    const { workspaceId } = await bench.workspace();
    const media = await bench.media(workspaceId, "video");
    await bench.db.sql("update media set tries = 2 where id = $1", [media.mediaId]);
    const stopped = AbortSignal.abort(new Error("the worker has stopped"));
    await expect(probe(media, {}, stopped)).rejects.toMatchObject({ code: "conversion_interrupted" });
    expect(await row(media)).toMatchObject({ state: "probing", tries: 2 });
    expect(await probe(media)).toEqual({ outcome: "completed" });
    expect(await row(media)).toMatchObject({ state: "ready" });
  });

  test("a file that took its process along three times is not opened again", async () => {
    const { workspaceId } = await bench.workspace();
    const media = await bench.media(workspaceId, "video");
    await bench.db.sql("update media set tries = 3 where id = $1", [media.mediaId]);
    expect(await probe(media)).toEqual({ outcome: "cancelled", why: "media_too_complex" });
    expect(await row(media)).toMatchObject({ state: "rejected", storage_key: null });
  });
});

test("a video gets a poster and a thumbnail, an image a thumbnail; one of which none can be made is ready without", async () => {
  const { workspaceId } = await bench.workspace();
  const [video, image, other] = [
    await bench.media(workspaceId, "video"),
    await bench.media(workspaceId, "image"),
    await bench.media(workspaceId, "video"),
  ];
  await probe(video);
  await probe(image);
  const { tools } = bench.deps.ffmpeg;
  await probe(other, { ffmpeg: { ...bench.deps.ffmpeg, tools: { ...tools, env: "/nowhere/env" } } });
  const pictures = async (media: { mediaId: string }) => {
    const [keys] = await bench.db.sql<{ poster: string | null; thumbnail: string | null }>(
      "select poster_storage_key as poster, thumbnail_storage_key as thumbnail from media where id = $1",
      [media.mediaId],
    );
    return keys;
  };
  const widthOf = async (key: string | null | undefined) =>
    (
      await probeFile(join(bench.directory, "objects", key ?? ""), "image", {
        signal: AbortSignal.timeout(10_000),
        ffmpeg: bench.deps.ffmpeg,
      })
    ).width;
  const [ofVideo, ofImage] = [await pictures(video), await pictures(image)];
  expect(await widthOf(ofVideo?.poster)).toBe(540);
  expect(await widthOf(ofVideo?.thumbnail)).toBe(180);
  expect(ofImage?.poster).toBeNull();
  expect(await widthOf(ofImage?.thumbnail)).toBe(320);
  expect(await row(other)).toMatchObject({ state: "ready" });
  expect(await pictures(other)).toEqual({ poster: null, thumbnail: null });
});

test("no file stays behind, whatever the end", async () => {
  expect((await bench.files()).filter((path) => !path.startsWith("objects"))).toEqual([]);
});
