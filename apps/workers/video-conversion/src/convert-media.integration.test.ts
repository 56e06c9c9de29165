import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { cancelRendition, leaseConversion } from "@reelay/database";
import { convertMedia, probeMedia } from "@reelay/jobs";
import { performJob } from "@reelay/jobs/testing";
import { createTimes } from "@reelay/runtime";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createConvertMedia } from "./convert-media.ts";
import type { ConversionDeps } from "./deps.ts";
import { createProbeMedia } from "./probe-media.ts";
import { createBench, type Bench } from "./testing/bench.ts";
import { until } from "@reelay/runtime/testing";

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
}, 120_000);
afterAll(() => bench.close());

const hour = 3_600_000;
/** Long enough to be stopped half-way. */
const longStill = { durationMs: 600_000, fps: 60 };

interface Queued {
  readonly renditionId: string;
  readonly workspaceId: string;
  readonly mediaId: string;
  readonly publicationIds: string[];
}

/** An image that was probed, with its rendition queued and publications that wait for it. */
async function queued(given: { still?: { durationMs: number; fps: number }; inMs?: number; unposted?: boolean } = {}) {
  const { workspaceId, accountId } = await bench.workspace();
  const { mediaId } = await bench.media(workspaceId, "image");
  const wish = { workspaceId, accountIds: [accountId], mediaId, ...given };
  const publicationIds = [...(await bench.post(wish)), ...(await bench.post({ ...wish, inMs: hour }))];
  await performJob(probeMedia, createProbeMedia(bench.deps), { mediaId, workspaceId });
  const [rendition] = await bench.renditions(mediaId);
  if (!rendition) throw new Error("no rendition");
  const result: Queued = { renditionId: rendition.id, workspaceId, mediaId, publicationIds };
  return result;
}
const convert = ({ renditionId, workspaceId }: Queued, change: Partial<ConversionDeps> = {}, signal?: AbortSignal) =>
  performJob(
    convertMedia,
    createConvertMedia({ ...bench.deps, ...change }),
    { renditionId, workspaceId },
    signal ? { signal } : {},
  );
const rendition = async ({ mediaId }: Queued) => {
  const [row] = await bench.renditions(mediaId);
  if (!row) throw new Error("no rendition");
  return row;
};
const isUnderWay = async (job: Queued) => (await rendition(job)).progress_percent > 0;
const filesOf = async ({ renditionId }: Queued) =>
  (await bench.files()).filter((path) => path.includes(renditionId) || !path.startsWith("objects"));
const withoutPosts = async (job: Queued) => {
  await bench.db.sql("update publications set status = 'canceled', next_at = null where id = any($1)", [
    job.publicationIds,
  ]);
  return job;
};

describe("an image", () => {
  test("becomes a video whose row says what the stored file is, and its publications move on", async () => {
    const job = await queued();
    const [now, later] = job.publicationIds;
    const toldBefore = bench.told.due;
    expect(await convert(job)).toEqual({ outcome: "completed" });

    const row = await rendition(job);
    expect(row).toMatchObject({ state: "ready", tries: 1, progress_percent: 100, duration_ms: 5_000, failure: null });
    const stored = await bench.sha256(row.storage_key!);
    expect({ sha256: row.sha256, sizeBytes: Number(row.size_bytes) }).toEqual(stored);
    expect(await bench.publication(now!)).toMatchObject({ status: "waiting", events: ["accepted", "media_ready"] });
    expect(await bench.publication(later!)).toMatchObject({ status: "scheduled", events: ["accepted", "media_ready"] });
    expect(bench.told.due).toBe(toldBefore + 1);
    expect(await filesOf(job)).toEqual([join("objects", row.storage_key!)]);
  }, 120_000);

  test("asked for by two workers at once is converted once", async () => {
    const job = await queued();
    await Promise.all([convert(job), convert(job), convert(job)]);
    expect(await rendition(job)).toMatchObject({ state: "ready", tries: 1, lease_token: 1 });
    expect(await filesOf(job)).toHaveLength(1);
    expect(await convert(job)).toEqual({ outcome: "completed" });
    expect(await rendition(job)).toMatchObject({ tries: 1 });
  }, 120_000);
});

describe("stopped half-way", () => {
  test("by a cancellation: ffmpeg ends within seconds, no bytes and no temporary file stay", async () => {
    const job = await withoutPosts(await queued({ still: longStill }));
    const putFile = () => Promise.reject(new Error("it was converted to its end"));
    // It hears of the cancellation at its next renewal: soon, or a fast machine is done before.
    const times = { ...createTimes(), renewEveryMs: 50 };
    const running = convert(job, { times, storage: { ...bench.storage, putFile } });
    await until(() => isUnderWay(job));
    expect(await cancelRendition(bench.database, job.workspaceId, job.renditionId)).toBe("canceled");
    const canceledAt = performance.now();
    expect(await running).toEqual({ outcome: "cancelled", why: "the lease was lost" });
    expect(performance.now() - canceledAt).toBeLessThan(5_000);
    expect(await rendition(job)).toMatchObject({ state: "canceled", storage_key: null });
    expect(await filesOf(job)).toEqual([]);
  }, 120_000);

  test("by us: given back at once, the try not counted, publications untouched, and converted by the next", async () => {
    const job = await queued({ still: longStill });
    const stop = new AbortController();
    const running = convert(job, {}, stop.signal);
    await until(() => isUnderWay(job));
    stop.abort(new Error("the worker has stopped"));
    await expect(running).rejects.toMatchObject({ code: "conversion_interrupted" });
    expect(await rendition(job)).toMatchObject({ state: "queued", tries: 0, failure: null });
    expect(await bench.publication(job.publicationIds[0]!)).toMatchObject({ status: "preparing" });
    expect(await filesOf(job)).toEqual([]);
    const next = await leaseConversion(bench.database, { ...job, leaseMs: 1_000 });
    expect(next).toMatchObject({ tries: 1 });
  }, 120_000);

  test("by the loss of its lease after the file was stored: the bytes are dropped, the winner's stay", async () => {
    const job = await queued();
    const putFile: ConversionDeps["storage"]["putFile"] = async (key, path) => {
      const stored = await bench.storage.putFile(key, path);
      await bench.db.sql("update renditions set lease_token = lease_token + 1 where id = $1", [job.renditionId]);
      return stored;
    };
    expect(await convert(job, { storage: { ...bench.storage, putFile } })).toMatchObject({ outcome: "cancelled" });
    expect(await rendition(job)).toMatchObject({ state: "converting", storage_key: null });
    expect(await filesOf(job)).toEqual([]);
  }, 120_000);
});

describe("a conversion that fails", () => {
  test("by the disk is tried three times; then its publications fail at once, before their time", async () => {
    const job = await queued();
    // A file stands where the directory of the renditions should be.
    const renditions = join(bench.directory, "objects", "renditions");
    await rm(renditions, { recursive: true, force: true });
    await writeFile(renditions, "");
    try {
      for (const tries of [1, 2]) {
        await expect(convert(job)).rejects.toMatchObject({ code: "storage_unavailable" });
        expect(await rendition(job)).toMatchObject({ state: "queued", tries });
        expect(await bench.publication(job.publicationIds[1]!)).toMatchObject({ status: "preparing" });
        await bench.db.sql("update renditions set lease_until = null where id = $1", [job.renditionId]);
      }
      await expect(convert(job)).rejects.toMatchObject({ code: "storage_unavailable" });
    } finally {
      await rm(renditions);
      await mkdir(renditions);
    }
    expect(await rendition(job)).toMatchObject({ state: "failed", failure: { code: "storage_unavailable" } });
    for (const id of job.publicationIds) {
      expect(await bench.publication(id)).toMatchObject({
        status: "failed",
        failure: { code: "conversion_failed", cause: { code: "storage_unavailable" } },
        events: ["accepted", "failed"],
      });
    }
    expect(await filesOf(job)).toEqual([]);
  }, 90_000);

  test("is not tried again before a while has passed", async () => {
    const job = await queued();
    const storage = { ...bench.storage, localPath: () => Promise.reject(new Error("a bug")) };
    await expect(convert(job, { storage })).rejects.toThrow("a bug");
    expect(await convert(job)).toEqual({ outcome: "completed" });
    expect(await rendition(job)).toMatchObject({ state: "queued", tries: 1 });
  });

  test("three times by taking its process along is given up without a fourth", async () => {
    const job = await queued();
    await bench.db.sql("update renditions set tries = 3 where id = $1", [job.renditionId]);
    expect(await convert(job)).toEqual({ outcome: "cancelled", why: "conversion_failed" });
    expect(await rendition(job)).toMatchObject({ state: "failed" });
    expect(await bench.publication(job.publicationIds[0]!)).toMatchObject({ status: "failed" });
  });
});
