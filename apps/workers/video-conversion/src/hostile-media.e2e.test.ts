import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { ensureRendition, lockMedia } from "@reelay/database";
import { convertMedia, probeMedia } from "@reelay/jobs";
import { inspectUpload } from "@reelay/media";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createBench, type Bench } from "./testing/bench.ts";
import { createHostileFiles, type HostileFiles, type HostileRow } from "./testing/hostile-files.ts";
import { storedMedia } from "./testing/stored-media.ts";
import { watchTree, type TreeMemory } from "./testing/tree-memory.ts";
import { until } from "@reelay/runtime/testing";

const maxMemoryBytes = 300 * 2 ** 20;
/** Of a file that is taken and converted for real. */
const maxConvertingBytes = 360 * 2 ** 20;
const maxMs = 5_000;
const allowedTypes = ["video/mp4", "video/quicktime", "image/jpeg", "image/png"];

let bench: Bench;
let directory: string;
let files: HostileFiles;
let canary: Server;
let hits: string[];
let worker: ChildProcess;
let memory: TreeMemory;
let workspaceId: string;

beforeAll(async () => {
  bench = await createBench();
  directory = await mkdtemp(join(tmpdir(), "reelay-hostile-"));
  canary = createServer((request, response) => {
    hits.push(request.url ?? "");
    response.end();
  }).listen(0, "127.0.0.1");
  await once(canary, "listening");
  files = createHostileFiles(directory, `http://127.0.0.1:${(canary.address() as AddressInfo).port}`);
  ({ workspaceId } = await bench.workspace());
  const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
  worker = spawn(process.execPath, ["--no-warnings", main], {
    env: { PATH: process.env["PATH"], ...bench.environment },
    stdio: ["ignore", "ignore", "inherit"],
  });
  await until(async () => (await bench.db.sql("select 1 from workers")).length > 0, { limitMs: 90_000 });
  // A first file, so that what is loaded once is not measured.
  await probed(await files.make("text"));
  memory = watchTree(worker.pid ?? 0);
}, 180_000);
beforeEach(() => {
  hits = [];
});
afterAll(async () => {
  memory.end();
  const ended = once(worker, "exit");
  worker.kill("SIGTERM");
  await ended;
  canary.close();
  await bench.close();
  await rm(directory, { recursive: true, force: true });
}, 60_000);

interface Ended {
  readonly state: string;
  readonly code: string | null;
  readonly tries: number;
  readonly ms: number;
}

/** What the running worker says of a file that was not sniffed. */
async function probed(path: string, kind: "image" | "video" = "video"): Promise<Ended & { mediaId: string }> {
  const { mediaId } = await storedMedia(bench, workspaceId, { path, kind });
  const startedAt = performance.now();
  await bench.deps.queues.enqueue(probeMedia, { mediaId, workspaceId }, mediaId);
  const row = await until(async () => {
    const [media] = await bench.db.sql<{ state: string; failure: { code: string } | null; tries: number }>(
      "select state, failure, tries from media where id = $1 and state <> 'probing'",
      [mediaId],
    );
    return media;
  });
  return {
    mediaId,
    state: row.state,
    code: row.failure?.code ?? null,
    tries: row.tries,
    ms: performance.now() - startedAt,
  };
}

/** What its conversion comes to, were the probe fooled as well. */
async function transcoded(path: string): Promise<Ended & { storageKey: string | null }> {
  const { mediaId } = await storedMedia(bench, workspaceId, { path });
  const probe = {
    ...{
      kind: "video",
      container: "matroska",
      videoCodec: "mpeg4",
      audioCodec: null,
      width: 360,
      height: 640,
      rotation: 0,
    },
    ...{
      fps: 30,
      durationMs: 4_000,
      bitrate: 1_000_000,
      pixelFormat: "yuv420p",
      hasAudio: false,
      sizeBytes: 1_000,
      streams: 1,
    },
  };
  await bench.db.sql("update media set state = 'ready', probe = $2 where id = $1", [mediaId, JSON.stringify(probe)]);
  const renditionId = await bench.database.inWorkspace(workspaceId, async (tx) => {
    const [media] = await lockMedia(tx, [mediaId]);
    if (!media) throw new Error("no media");
    const wish = { target: "instagram-reel", options: {}, optionsDigest: mediaId };
    return (await ensureRendition(tx, media, wish, () => ({ state: "queued", plan: { kind: "transcode" } }))).rendition
      .id;
  });
  const startedAt = performance.now();
  await bench.deps.queues.enqueue(convertMedia, { renditionId, workspaceId }, renditionId);
  const row = await until(async () => {
    const [rendition] = await bench.renditions(mediaId);
    return rendition?.state === "failed" || rendition?.state === "ready" ? rendition : null;
  });
  return {
    state: row.state,
    code: row.failure?.code ?? null,
    tries: row.tries,
    ms: performance.now() - startedAt,
    storageKey: row.storage_key,
  };
}

async function atTheDoor(path: string): Promise<string> {
  return inspectUpload(path, { allowedTypes }).then(
    ({ contentType }) => contentType,
    (error: { code?: string }) => error.code ?? "no code",
  );
}

async function nothingHappened(...ended: Ended[]): Promise<void> {
  return nothingHappenedWithin(maxMemoryBytes, ended);
}

async function nothingHappenedWithin(maxBytes: number, ended: readonly Ended[]): Promise<void> {
  const most = memory.most();
  expect(most).toBeGreaterThan(10 * 2 ** 20);
  expect(most).toBeLessThan(maxBytes);
  for (const { ms } of ended) expect(ms).toBeLessThan(maxMs);
  expect(hits).toEqual([]);
  expect(await readdir(join(bench.directory, ".converting"))).toEqual([]);
}

describe.each<[string, HostileRow]>([
  ["M1 a playlist with an http segment", "playlistHttp"],
  ["M2 a playlist with a local file", "playlistFile"],
  ["M3 a playlist that joins an address and a file", "playlistConcat"],
  ["M4 a playlist with the address of a key", "playlistKey"],
  ["M5 a list of files with an absolute path", "concatAbsolute"],
  ["M5 a list of files with a relative path", "concatRelative"],
  ["M6 a DASH manifest", "dash"],
  ["M7 a session description", "sdp"],
  ["M8 an SVG with the address of an image", "svg"],
  ["M9 an AVI with a playlist for subtitles", "aviSubtitles"],
])("%s", (_name, row) => {
  test("is refused at the door; past it probe and transcode fail once, without output", async () => {
    const path = await files.make(row);
    expect(await atTheDoor(path)).toBe("media_type_unsupported");
    memory.most();
    const probe = await probed(path);
    expect(probe).toMatchObject({ state: "rejected", code: "media_unreadable", tries: 1 });
    const transcode = await transcoded(path);
    expect(transcode).toMatchObject({ state: "failed", code: "media_unreadable", tries: 1, storageKey: null });
    await nothingHappened(probe, transcode);
  }, 60_000);
});

test("M10 a MOV whose pictures are said to be at an address: nothing is opened but the file itself", async () => {
  const path = await files.make("externalData");
  expect(await atTheDoor(path)).toBe("video/quicktime");
  memory.most();
  const probe = await probed(path);
  const transcode = await transcoded(path);
  await nothingHappened(probe, transcode);
}, 60_000);

test.each<[string, HostileRow, string, Partial<Ended>]>([
  ["M11 no bytes", "empty", "media_empty", { state: "rejected", code: "media_unreadable" }],
  ["M12 text", "text", "media_type_unsupported", { state: "rejected", code: "media_unreadable" }],
  ["M13 an MP4 cut off", "truncated", "video/mp4", { state: "rejected", code: "media_unreadable" }],
  [
    "M14 the head of a GIF and nothing",
    "brokenGif",
    "media_type_unsupported",
    { state: "rejected", code: "media_unreadable" },
  ],
  ["M15 an MP4 of 8192 × 8192", "hugePicture", "video/mp4", { state: "rejected", code: "media_too_complex" }],
  [
    "M16 a GIF of 2,000 pictures of 4000 × 4000",
    "longGif",
    "media_type_unsupported",
    { state: "rejected", code: "media_unreadable" },
  ],
  ["M18 ten hours of black", "tenHours", "video/mp4", { state: "rejected", code: "media_too_complex" }],
  ["M19 1,000 streams", "thousandStreams", "video/mp4", { state: "rejected", code: "media_too_complex" }],
  ["M19 10,000 chapters", "manyChapters", "media_type_unsupported", { tries: 1 }],
  ["M29 a zip bomb", "bomb", "media_type_unsupported", { state: "rejected", code: "media_unreadable" }],
  ["M29 a zip of zips", "nestedBomb", "media_type_unsupported", { state: "rejected", code: "media_unreadable" }],
])(
  "%s: refused once, in time, in little memory",
  async (_name, row, door, expected) => {
    const path = await files.make(row);
    expect(await atTheDoor(path)).toBe(door);
    memory.most();
    const probe = await probed(path);
    expect(probe).toMatchObject({ tries: 1, ...expected });
    await nothingHappened(probe);
  },
  60_000,
);

test("M17 a PNG of 30,000 × 30,000: refused by its size, at the door and past it", async () => {
  const path = await files.make("hugePng");
  expect(await atTheDoor(path)).toBe("media_too_many_pixels");
  memory.most();
  const probe = await probed(path, "image");
  expect(probe).toMatchObject({ state: "rejected", code: "media_too_many_pixels", tries: 1 });
  await nothingHappened(probe);
}, 60_000);

test("M27 scripts and megabytes in the metadata: read in time, and nothing of them in what is made", async () => {
  const path = await files.make("scriptInMetadata");
  memory.most();
  const probe = await probed(path);
  expect(probe).toMatchObject({ state: "ready", tries: 1 });
  const transcode = await transcoded(path);
  expect(transcode).toMatchObject({ state: "ready" });
  const made = await readFile(join(bench.directory, "objects", transcode.storageKey ?? ""));
  expect(made.includes("script")).toBe(false);
  expect(made.length).toBeLessThan(2_000_000);
  await nothingHappenedWithin(maxConvertingBytes, [probe, transcode]);
}, 60_000);

test("M28 an MP4 that is a page as well: what is made of it is a video and nothing else", async () => {
  const path = await files.make("polyglot");
  const transcode = await transcoded(path);
  expect(transcode).toMatchObject({ state: "ready" });
  const made = await readFile(join(bench.directory, "objects", transcode.storageKey ?? ""));
  expect(made.includes("<script>")).toBe(false);
  await nothingHappenedWithin(maxConvertingBytes, [transcode]);
}, 60_000);
