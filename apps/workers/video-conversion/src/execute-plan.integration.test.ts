import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { cancelRendition, deleteMedia } from "@reelay/database";
import { convertMedia, probeMedia } from "@reelay/jobs";
import { performJob } from "@reelay/jobs/testing";
import { probeMedia as probeFile } from "@reelay/media";
import { createTimes } from "@reelay/runtime";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createConvertMedia } from "./convert-media.ts";
import type { ConversionDeps } from "./deps.ts";
import { createProbeMedia } from "./probe-media.ts";
import { createBench, type Bench } from "./testing/bench.ts";
import { askedRendition, storedMedia } from "./testing/stored-media.ts";
import { until } from "@reelay/runtime/testing";

let bench: Bench;
let directory: string;
let workspaceId: string;
beforeAll(async () => {
  bench = await createBench();
  directory = await mkdtemp(join(tmpdir(), "reelay-plans-"));
}, 120_000);
beforeEach(async () => {
  ({ workspaceId } = await bench.workspace());
});
afterAll(async () => {
  await bench.close();
  await rm(directory, { recursive: true, force: true });
});

let made = 0;
async function make(ending: string, ...args: string[]): Promise<string> {
  const path = join(directory, `${(made += 1)}.${ending}`);
  await promisify(execFile)("ffmpeg", ["-nostdin", "-v", "error", "-y", ...args, path]);
  return path;
}
const picture = (seconds: number, size = "540x960") => [
  "-f",
  "lavfi",
  "-i",
  `testsrc2=size=${size}:rate=30:duration=${seconds}`,
];
const x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];
const image = (color: string) => make("jpg", "-f", "lavfi", "-i", `color=${color}:size=600x800`, "-frames:v", "1");

async function probed(path: string, kind: "image" | "video" = "video"): Promise<string> {
  const { mediaId } = await storedMedia(bench, workspaceId, { path, kind });
  await performJob(probeMedia, createProbeMedia(bench.deps), { mediaId, workspaceId });
  return mediaId;
}
const convert = (renditionId: string, change: Partial<ConversionDeps> = {}) =>
  performJob(convertMedia, createConvertMedia({ ...bench.deps, ...change }), { renditionId, workspaceId });
async function row(renditionId: string) {
  const [rendition] = await bench.db.sql<
    Record<string, unknown> & {
      storage_key: string | null;
      progress_percent: number;
      time_left_ms: number | null;
      plan: { kind: string };
    }
  >("select * from renditions where id = $1", [renditionId]);
  if (!rendition) throw new Error("no rendition");
  return rendition;
}
async function resultOf(renditionId: string, kind: "image" | "video") {
  const { storage_key: key } = await row(renditionId);
  const probe = { signal: AbortSignal.timeout(10_000), ffmpeg: bench.deps.ffmpeg };
  return probeFile(join(bench.directory, "objects", key ?? ""), kind, probe);
}
const nothingLeft = async () => expect(await readdir(bench.deps.temporaryDirectory)).toEqual([]);

describe("each kind of plan is carried out", () => {
  test("pass: the rendition is the media's own object, at once, without a job", async () => {
    const mediaId = await probed(await make("mp4", ...picture(3), ...x264));
    const asked = await askedRendition(bench, { workspaceId, mediaIds: [mediaId], target: "tiktok-video" });
    expect(asked).toMatchObject({ state: "ready", convert: false });
    expect(await row(asked.renditionId)).toMatchObject({
      storage_key: `media/${workspaceId}/${mediaId}`,
      plan: { kind: "pass" },
    });
  }, 60_000);

  test("remux, transcode and photo become what the target takes", async () => {
    const matroska = await probed(await make("mkv", ...picture(3), ...x264));
    const remux = await askedRendition(bench, { workspaceId, mediaIds: [matroska], target: "instagram-reel" });
    expect(await convert(remux.renditionId)).toEqual({ outcome: "completed" });
    expect(await row(remux.renditionId)).toMatchObject({
      state: "ready",
      plan: { kind: "remux" },
      content_type: "video/mp4",
      time_left_ms: null,
    });
    expect(await resultOf(remux.renditionId, "video")).toMatchObject({ container: "mp4", width: 540, height: 960 });

    const old = await probed(await make("mkv", ...picture(3), "-c:v", "mpeg4"));
    const transcode = await askedRendition(bench, { workspaceId, mediaIds: [old], target: "instagram-reel" });
    expect(await convert(transcode.renditionId)).toEqual({ outcome: "completed" });
    expect(await row(transcode.renditionId)).toMatchObject({
      state: "ready",
      plan: { kind: "transcode" },
      duration_ms: 3_000,
    });
    expect(await resultOf(transcode.renditionId, "video")).toMatchObject({ videoCodec: "h264", durationMs: 3_000 });

    const png = await probed(
      await make("png", "-f", "lavfi", "-i", "testsrc2=size=600x800", "-frames:v", "1"),
      "image",
    );
    const photo = await askedRendition(bench, { workspaceId, mediaIds: [png], target: "instagram-image" });
    expect(await convert(photo.renditionId)).toEqual({ outcome: "completed" });
    const stored = await row(photo.renditionId);
    expect(stored).toMatchObject({ state: "ready", content_type: "image/jpeg", duration_ms: null });
    expect(stored.storage_key).toMatch(/\.jpg$/);
    expect(await resultOf(photo.renditionId, "image")).toMatchObject({ container: "jpeg" });
    await nothingLeft();
  }, 120_000);

  test("asked for by twenty at once, a rendition is one row, converted once", async () => {
    const mediaId = await probed(await make("mkv", ...picture(3), "-c:v", "mpeg4"));
    const asked = await Promise.all(
      Array.from({ length: 20 }, () =>
        askedRendition(bench, { workspaceId, mediaIds: [mediaId], target: "tiktok-video" }),
      ),
    );
    expect(new Set(asked.map(({ renditionId }) => renditionId)).size).toBe(1);
    const [{ renditionId } = { renditionId: "" }] = asked;
    await Promise.all(asked.map(() => convert(renditionId)));
    expect(await row(renditionId)).toMatchObject({ state: "ready", tries: 1, lease_token: 1 });
    const keys: string[] = [];
    for await (const { key } of bench.storage.list(`renditions/${workspaceId}/`)) keys.push(key);
    expect(keys).toHaveLength(1);
  }, 120_000);
});

describe("a long transcode", () => {
  const long = () => make("mkv", ...picture(60, "1280x720"), "-c:v", "mpeg4", "-q:v", "20");
  // It hears of everything at its next renewal.
  const times = { ...createTimes(), renewEveryMs: 50 };

  test("says how long it will take, and a cancellation ends ffmpeg within seconds and leaves nothing", async () => {
    const mediaId = await probed(await long());
    const { renditionId } = await askedRendition(bench, { workspaceId, mediaIds: [mediaId], target: "tiktok-video" });
    const running = convert(renditionId, { times });
    const underWay = await until(async () => {
      const now = await row(renditionId);
      return now.progress_percent > 0 ? now : null;
    });
    expect(underWay.time_left_ms).toBeGreaterThan(0);
    expect(await cancelRendition(bench.database, workspaceId, renditionId)).toBe("canceled");
    const canceledAt = performance.now();
    expect(await running).toEqual({ outcome: "cancelled", why: "the lease was lost" });
    expect(performance.now() - canceledAt).toBeLessThan(5_000);
    expect(await row(renditionId)).toMatchObject({ state: "canceled", storage_key: null, time_left_ms: null });
    expect(await ffmpegs()).toEqual([]);
    await nothingLeft();
  }, 120_000);

  test("whose ffmpeg is killed is tried three times, then it has failed", async () => {
    const mediaId = await probed(await long());
    const { renditionId } = await askedRendition(bench, { workspaceId, mediaIds: [mediaId], target: "tiktok-video" });
    for (const tries of [1, 2, 3]) {
      const running = convert(renditionId, { times }).catch((error: unknown) => error);
      const [pid] = await until(async () => {
        const found = await ffmpegs();
        return found.length > 0 ? found : null;
      });
      process.kill(pid ?? 0, "SIGKILL");
      expect(await running).toMatchObject({ code: "conversion_interrupted" });
      expect(await row(renditionId)).toMatchObject({ state: tries < 3 ? "queued" : "failed", tries });
      await bench.db.sql("update renditions set lease_until = null where id = $1", [renditionId]);
    }
    expect(await row(renditionId)).toMatchObject({ failure: { code: "conversion_failed" } });
    await nothingLeft();
  }, 120_000);

  test("that meets a limit of memory is tried again, not blamed on the file", async () => {
    const mediaId = await probed(await long());
    const { renditionId } = await askedRendition(bench, { workspaceId, mediaIds: [mediaId], target: "tiktok-video" });
    const { tools } = bench.deps.ffmpeg;
    const limited = { ...tools, unshare: [tools.prlimit ?? "prlimit", "--as=300000000", "--"] };
    const ended = await convert(renditionId, { ffmpeg: { ...bench.deps.ffmpeg, tools: limited } }).catch(
      (error: unknown) => error,
    );
    expect(ended).toMatchObject({ code: "conversion_interrupted" });
    expect(await row(renditionId)).toMatchObject({ state: "queued", tries: 1 });
    await nothingLeft();
  }, 120_000);

  /** Process ids of ffmpeg with a file of this bench. */
  async function ffmpegs(): Promise<number[]> {
    const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
    const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
    return pids
      .filter((_, at) => /^[^\0]*ffmpeg\0/.test(lines[at] ?? "") && lines[at]?.includes(bench.directory))
      .map(Number);
  }
});

describe("a slideshow", () => {
  const asked = (mediaIds: readonly [string, ...string[]], crossFadeMs = 500) =>
    askedRendition(bench, {
      workspaceId,
      mediaIds,
      target: "tiktok-video",
      options: {
        still: { width: 360, height: 640 },
        slideshow: { media: mediaIds.slice(1), imageDurationMs: 2_000, crossFadeMs },
      },
    });

  test("of three images is made of all of them, in order, and is another one in another order", async () => {
    const [red, green, blue] = [
      await probed(await image("red"), "image"),
      await probed(await image("green"), "image"),
      await probed(await image("blue"), "image"),
    ] as const;
    const { renditionId } = await asked([red, green, blue]);
    expect(await row(renditionId)).toMatchObject({ state: "queued", plan: { kind: "slideshow", frameCount: 150 } });
    expect(await convert(renditionId)).toEqual({ outcome: "completed" });
    expect(await row(renditionId)).toMatchObject({ state: "ready", duration_ms: 5_000 });
    expect((await asked([red, green, blue])).renditionId).toBe(renditionId);
    expect((await asked([red, blue, green])).renditionId).not.toBe(renditionId);
    await nothingLeft();
  }, 120_000);

  test("keeps its images from being deleted until it is made", async () => {
    const [red, green] = [
      await probed(await image("red"), "image"),
      await probed(await image("green"), "image"),
    ] as const;
    const { renditionId } = await asked([red, green]);
    expect(await deleteMedia(bench.database, workspaceId, green)).toEqual({ outcome: "needed" });
    await convert(renditionId);
    expect(await deleteMedia(bench.database, workspaceId, green)).toMatchObject({ outcome: "deleted" });
    expect(await row(renditionId)).toMatchObject({ state: "ready" });
  }, 120_000);

  test("waits until the last of its images was probed, even when two are at once; one rejected fails it", async () => {
    for (let round = 0; round < 5; round += 1) {
      const media = [
        await storedMedia(bench, workspaceId, { path: await image("red"), kind: "image" }),
        await storedMedia(bench, workspaceId, { path: await image("blue"), kind: "image" }),
      ] as const;
      const { renditionId } = await asked([media[0].mediaId, media[1].mediaId]);
      expect(await row(renditionId)).toMatchObject({ state: "waiting_for_probe" });
      await Promise.all(
        media.map(({ mediaId }) => performJob(probeMedia, createProbeMedia(bench.deps), { mediaId, workspaceId })),
      );
      expect(await row(renditionId)).toMatchObject({ state: "queued" });
    }
    const good = await probed(await image("red"), "image");
    const { mediaId: bad } = await storedMedia(bench, workspaceId, {
      path: await make("mp4", ...picture(1), ...x264),
      kind: "image",
    });
    const { renditionId } = await asked([good, bad]);
    await performJob(probeMedia, createProbeMedia(bench.deps), { mediaId: bad, workspaceId });
    expect(await row(renditionId)).toMatchObject({ state: "failed", failure: { code: "media_rejected" } });
  }, 120_000);
});
