import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ensureRendition, insertMedia, lockMedia, newId } from "@reelay/database";
import { conversionOptions, type ConversionTarget } from "@reelay/domain";
import { decideRendition, wishFor } from "@reelay/flows";
import { convertMedia, probeMedia } from "@reelay/jobs";
import { performJob } from "@reelay/jobs/testing";
import {
  checkArrangement,
  checkOurPhoto,
  checkOurs,
  checkPhoto,
  checkVideo,
  lookAtVideo,
  sources,
} from "@reelay/media/testing";
import { createReadStream } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConvertMedia } from "./convert-media.ts";
import { createProbeMedia } from "./probe-media.ts";
import { createBench, type Bench } from "./testing/bench.ts";

let bench: Bench;
let directory: string;
beforeAll(async () => {
  bench = await createBench();
  directory = await mkdtemp(join(tmpdir(), "reelay-rows-"));
}, 120_000);
afterAll(async () => {
  await bench.close();
  await rm(directory, { recursive: true, force: true });
});

/** A source of the matrix, uploaded, probed and converted by the worker's own jobs; and what its rendition became. */
async function sent(name: string, target: ConversionTarget) {
  const source = sources.find((one) => one.name === name);
  if (source === undefined) throw new Error(`no source ${name}`);
  const { workspaceId } = await bench.workspace();
  const path = join(directory, `${newId()}-${name}`);
  await source.make(path, directory);
  const mediaId = newId();
  const storageKey = `media/${workspaceId}/${mediaId}`;
  const stored = await bench.storage.put(storageKey, createReadStream(path), { signal: AbortSignal.timeout(10_000) });
  const contentType = source.kind === "image" ? "image/jpeg" : "video/mp4";
  const media = { id: mediaId, kind: source.kind, fileName: name, contentType, storageKey, ...stored };
  await insertMedia(bench.database, workspaceId, media);
  await performJob(probeMedia, createProbeMedia(bench.deps), { mediaId, workspaceId });
  const rendition = await bench.database.inWorkspace(workspaceId, async (tx) => {
    const [row] = await lockMedia(tx, [mediaId]);
    if (row === undefined) throw new Error(`no media ${mediaId}`);
    const request = { target, options: conversionOptions.parse({}) };
    return (await ensureRendition(tx, row, wishFor(request, row), decideRendition)).rendition;
  });
  await performJob(convertMedia, createConvertMedia(bench.deps), { renditionId: rendition.id, workspaceId });
  const [row] = await bench.renditions(mediaId);
  return { row: row!, media, result: join(bench.directory, "objects", row?.storage_key ?? storageKey) };
}

const leftovers = () => readdir(bench.deps.temporaryDirectory).catch(() => []);

test("a video that fits becomes a rendition without a byte of its own: the stored bytes are the uploaded ones", async () => {
  const { row, media } = await sent("ready.mp4", "instagram-reel");
  expect(row).toMatchObject({ state: "ready", plan: { kind: "pass" } });
  expect(await bench.sha256(media.storageKey)).toEqual({ sha256: media.sha256, sizeBytes: media.sizeBytes });
  expect((await bench.files()).filter((path) => path.includes(row.id))).toEqual([]);
}, 120_000);

test("a video with its index last and an edit list is arranged anew for a reel", async () => {
  const { row, result } = await sent("default.mp4", "instagram-reel");
  expect(row).toMatchObject({ state: "ready", plan: { kind: "remux" } });
  const look = await lookAtVideo(result);
  expect([...checkVideo(look, "instagram-reel"), ...checkArrangement(look)]).toEqual([]);
  expect(await leftovers()).toEqual([]);
}, 120_000);

test("a video with too few pictures a second is coded anew for a story", async () => {
  const { row, result } = await sent("fps-15.mp4", "instagram-story");
  expect(row).toMatchObject({ state: "ready", plan: { kind: "transcode" } });
  const look = await lookAtVideo(result);
  expect([...checkVideo(look, "instagram-story"), ...checkOurs(look)]).toEqual([]);
  expect(await leftovers()).toEqual([]);
}, 120_000);

test("a photo that lies on its side is turned for the feed, and says no longer where it was taken", async () => {
  const { row, result } = await sent("orientation-6.jpg", "instagram-image");
  expect(row).toMatchObject({ state: "ready", plan: { kind: "photo" } });
  expect([...(await checkPhoto(result, "instagram-image")), ...(await checkOurPhoto(result))]).toEqual([]);
  expect(await leftovers()).toEqual([]);
}, 120_000);

test("a video that is too short for a reel fails at once, with the reason", async () => {
  const { row } = await sent("two-and-a-half.mp4", "instagram-reel");
  expect(row).toMatchObject({ state: "failed", failure: { code: "conversion_impossible", reasons: ["too_short"] } });
}, 120_000);
