import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { insertImport, leaseImport, newId } from "@reelay/database";
import { importMedia, type Outcome } from "@reelay/jobs";
import { performJob } from "@reelay/jobs/testing";
import { openTestInternet, type TestInternet } from "@reelay/outbound/testing";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ConversionDeps } from "./deps.ts";
import { createImportMedia } from "./import-media.ts";
import { createSweepMedia } from "./sweep-media.ts";
import { createBench, type Bench } from "./testing/bench.ts";

let bench: Bench;
let internet: TestInternet;
let video: Buffer;
beforeAll(async () => {
  bench = await createBench();
  internet = await openTestInternet();
  const { workspaceId } = await bench.workspace();
  const { storageKey } = await bench.media(workspaceId, "video");
  video = await readFile(join(bench.directory, "objects", storageKey));
}, 120_000);
afterEach(async () => {
  expect(internet.canary.hits).toEqual([]);
  expect((await bench.files()).filter((path) => path.startsWith(".converting"))).toEqual([]);
});
afterAll(async () => {
  await internet.close();
  await bench.close();
});

async function setup(change: Partial<ConversionDeps> = {}) {
  const { workspaceId } = await bench.workspace();
  const deps = { ...bench.deps, outbound: internet.outbound(), ...change };
  const begin = async (url = internet.url) => {
    const id = newId();
    await insertImport(bench.database, workspaceId, { id, url, fileName: "a.mp4", limits: deps.uploads.limits });
    return id;
  };
  const run = (mediaId: string): Promise<Outcome> =>
    performJob(importMedia, createImportMedia(deps), { mediaId, workspaceId });
  const row = async (mediaId: string) => {
    const [found] = await bench.db.sql("select * from media where id = $1", [mediaId]);
    return found;
  };
  const serve = (listener: TestInternet["source"]["listener"]) => {
    internet.source.listener = listener;
    internet.source.hits.length = 0;
  };
  const retryNow = (mediaId: string) => bench.db.sql("update media set lease_until = null where id = $1", [mediaId]);
  return { workspaceId, deps, begin, run, row, serve, retryNow };
}

test("U68 a file is stored and waits for its probe, whatever its source says of its type", async () => {
  const { begin, run, row, serve } = await setup();
  serve((_req, res) => void res.end(video));
  const id = await begin();
  expect(await run(id)).toEqual({ outcome: "completed" });
  const media = await row(id);
  expect(media).toMatchObject({
    state: "probing",
    kind: "video",
    content_type: "video/mp4",
    import_url: null,
    tries: 0,
  });
  expect((await bench.sha256(String(media?.["storage_key"]))).sha256).toBe(media?.["sha256"]);
});

test("the same bytes imported twice are two media", async () => {
  const { begin, run, row, serve } = await setup();
  serve((_req, res) => void res.end(video));
  const ids = [await begin(), await begin()];
  for (const id of ids) await run(id);
  for (const id of ids) expect(await row(id)).toMatchObject({ state: "probing" });
});

test.each([
  ["U67 a page that calls itself a video", "<!doctype html><title>no</title>", "media_type_unsupported"],
  ["nothing", "", "media_empty"],
])("%s is rejected by its bytes, and nothing is stored", async (_what, body, code) => {
  const { begin, run, row, serve, workspaceId } = await setup();
  serve((_req, res) => void res.writeHead(200, { "content-type": "video/mp4" }).end(body));
  const id = await begin();
  expect(await run(id)).toEqual({ outcome: "cancelled", why: code });
  expect(await row(id)).toMatchObject({ state: "rejected", failure: { code }, import_url: null, storage_key: null });
  expect((await bench.files()).filter((path) => path.includes(workspaceId))).toEqual([]);
});

test.each([
  ["U60 to this machine", () => `http://127.0.0.1:${internet.port}/`],
  ["U61 to a file", () => "file:///etc/passwd"],
  ["U62 in a circle", () => "/round"],
])("a redirect %s rejects the media at once", async (_row, location) => {
  const { begin, run, row, serve } = await setup();
  serve((_req, res) => void res.writeHead(302, { location: location() }).end());
  const id = await begin();
  expect(await run(id)).toEqual({ outcome: "cancelled", why: "redirect_blocked" });
  expect(await row(id)).toMatchObject({ state: "rejected", failure: { code: "redirect_blocked" } });
});

test("U58 a name that has turned private by the time it is fetched rejects the media", async () => {
  const { begin, run, row } = await setup();
  internet.names.set("turned.test", [["127.0.0.1"]]);
  const id = await begin(`http://turned.test:${internet.port}/`);
  await run(id);
  expect(await row(id)).toMatchObject({ state: "rejected", failure: { code: "media_url_blocked" } });
});

test("a source that fails is asked three times, and not a fourth", async () => {
  const { begin, run, row, serve, retryNow } = await setup();
  serve((_req, res) => void res.writeHead(503).end());
  const id = await begin();
  for (let tries = 1; tries <= 3; tries += 1) {
    await expect(run(id)).rejects.toMatchObject({ code: "media_url_unreachable" });
    await retryNow(id);
  }
  expect(await row(id)).toMatchObject({ state: "rejected", failure: { code: "media_url_unreachable" } });
  expect(await run(id)).toEqual({ outcome: "completed" });
  expect(internet.source.hits).toHaveLength(3);
});

test("a source that recovers in time is enough", async () => {
  const { begin, run, row, serve, retryNow } = await setup();
  let asked = 0;
  serve((_req, res) => void ((asked += 1) === 1 ? res.writeHead(500).end() : res.end(video)));
  const id = await begin();
  await expect(run(id)).rejects.toMatchObject({ code: "media_url_unreachable" });
  await retryNow(id);
  await run(id);
  expect(await row(id)).toMatchObject({ state: "probing" });
});

test("U64-U65 too many bytes are cut off at the installation's limit, and at the workspace's room", async () => {
  const uploads = { ...bench.deps.uploads, maxBytes: video.length - 1 };
  const bounded = await setup({ uploads });
  bounded.serve((_req, res) => void res.write(video));
  const large = await bounded.begin();
  expect(await bounded.run(large)).toEqual({ outcome: "cancelled", why: "media_too_large" });
  const small = await setup();
  const quota = video.length - 1;
  await bench.db.sql("update workspaces set quota_bytes = $2 where id = $1", [small.workspaceId, quota]);
  const crowded = await small.begin();
  expect(await small.run(crowded)).toEqual({ outcome: "cancelled", why: "quota_exceeded" });
  expect(await small.row(crowded)).toMatchObject({ state: "rejected", size_bytes: "0" });
});

test("a disk that is nearly full is the operator's to mend: tried again, and nothing is fetched", async () => {
  const uploads = { ...bench.deps.uploads, keepFreeBytes: Number.MAX_SAFE_INTEGER };
  const { begin, run, row, serve } = await setup({ uploads });
  serve((_req, res) => void res.end(video));
  const id = await begin();
  await expect(run(id)).rejects.toMatchObject({ code: "storage_full" });
  expect(await row(id)).toMatchObject({ state: "importing", tries: 1 });
  expect(internet.source.hits).toEqual([]);
});

test("two workers at once fetch it once", async () => {
  const { begin, run, row, serve } = await setup();
  serve((_req, res) => void res.end(video));
  const id = await begin();
  await Promise.all([run(id), run(id)]);
  expect(internet.source.hits).toHaveLength(1);
  expect(await row(id)).toMatchObject({ state: "probing" });
});

test("an interrupted fetch is given back and costs no try", async () => {
  const { begin, row, serve, deps, workspaceId } = await setup();
  const stop = new AbortController();
  serve((_req, res) => {
    res.write(video.subarray(0, 100));
    stop.abort(new Error("stopping"));
  });
  const id = await begin();
  const stopped = performJob(
    importMedia,
    createImportMedia(deps),
    { mediaId: id, workspaceId },
    { signal: stop.signal },
  );
  await expect(stopped).rejects.toMatchObject({ code: "conversion_interrupted" });
  expect(await row(id)).toMatchObject({ state: "importing", tries: 0 });
});

test("an import whose worker died is found again by the sweep", async () => {
  const { begin, workspaceId } = await setup();
  const id = await begin();
  await leaseImport(bench.database, { mediaId: id, workspaceId, leaseMs: 60_000 });
  const enqueued: string[] = [];
  const queues = {
    ...bench.deps.queues,
    enqueue: async (_job: unknown, _payload: unknown, key: string) => void enqueued.push(key),
  };
  const sweep = createSweepMedia({ database: bench.database, queues });
  const context = {
    jobId: "",
    attempt: 1,
    maxAttempts: 1,
    queueWaitMs: 0,
    signal: new AbortController().signal,
    stopping: new AbortController().signal,
    set: () => undefined,
  };
  await sweep({}, context);
  expect(enqueued).not.toContain(id);
  await bench.db.sql("update media set lease_until = now() - interval '1 s' where id = $1", [id]);
  await sweep({}, context);
  expect(enqueued).toContain(id);
});
