import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import type { Running } from "@reelay/runtime";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createBench, type Bench } from "./testing/bench.ts";
import { startRedisServer, type TestRedisServer } from "./testing/redis-server.ts";
import { until } from "@reelay/runtime/testing";

let redis: TestRedisServer;
let bench: Bench;
const running = new Set<Running>();
beforeAll(async () => {
  redis = await startRedisServer();
  bench = await createBench({ redisUrl: redis.url });
}, 120_000);
afterEach(async () => {
  await Promise.all([...running].map((worker) => worker.stop()));
  running.clear();
}, 120_000);
afterAll(async () => {
  await bench.close();
  await redis.stop();
});

const startWorker = async () => {
  const worker = await bench.start();
  running.add(worker);
  return worker;
};
const posted = async (file: "image" | "video", still: object = {}) => {
  const { workspaceId, accountId } = await bench.workspace();
  const { mediaId } = await bench.media(workspaceId, file);
  const [publicationId = ""] = await bench.post({ workspaceId, accountIds: [accountId], mediaId, still });
  return { mediaId, publicationId };
};
const hasStatus = async (publicationId: string, status: string) =>
  (await bench.publication(publicationId)).status === status;
const isUnderWay = async (mediaId: string) => {
  const [rendition] = await bench.renditions(mediaId);
  return (rendition?.progress_percent ?? 0) > 0;
};
const videosOf = async (mediaId: string) => {
  const [rendition] = await bench.renditions(mediaId);
  return (await bench.files()).filter((path) => path.includes(rendition?.id ?? "none"));
};
const temporaryFiles = async () => (await bench.files()).filter((path) => !path.startsWith("objects"));
// Long enough that no machine is done before it is stopped.
const long = { durationMs: 600_000, fps: 60, width: 2160, height: 3840 };

test("work whose jobs never came is found by the sweep, also after Redis forgot everything it knew", async () => {
  const before = await posted("image");
  await startWorker();
  await until(() => hasStatus(before.publicationId, "waiting"), { limitMs: 60_000 });
  await redis.empty();
  const after = await posted("image");
  await until(() => hasStatus(after.publicationId, "waiting"), { limitMs: 60_000 });
}, 150_000);

test("two workers convert once", async () => {
  await Promise.all([startWorker(), startWorker()]);
  const { mediaId, publicationId } = await posted("image");
  await until(() => hasStatus(publicationId, "waiting"), { limitMs: 60_000 });
  expect(await bench.renditions(mediaId)).toMatchObject([{ state: "ready", lease_token: 1 }]);
  expect(await videosOf(mediaId)).toHaveLength(1);
}, 90_000);

test("stopped in mid-conversion, the rendition is given back, not counted, and converted by the next worker", async () => {
  const worker = await startWorker();
  const { mediaId, publicationId } = await posted("image", long);
  await until(() => isUnderWay(mediaId), { limitMs: 60_000 });
  await worker.stop();
  expect(await bench.renditions(mediaId)).toMatchObject([{ state: "queued", tries: 0 }]);
  expect(await hasStatus(publicationId, "preparing")).toBe(true);
  expect(await temporaryFiles()).toEqual([]);
  await startWorker();
  await until(() => hasStatus(publicationId, "waiting"), { limitMs: 90_000 });
  expect(await bench.renditions(mediaId)).toMatchObject([{ state: "ready", tries: 1, lease_token: 2 }]);
}, 200_000);

test("killed in mid-conversion, its rendition is found by another worker's sweep and converted once", async () => {
  const { mediaId, publicationId } = await posted("image", long);
  const main = fileURLToPath(new URL("./main.ts", import.meta.url));
  const child = spawn(process.execPath, ["--conditions=@reelay/source", "--no-warnings", "--import", "tsx", main], {
    env: { PATH: process.env["PATH"], ...bench.environment },
    stdio: "ignore",
  });
  const ended = once(child, "exit");
  try {
    await until(() => isUnderWay(mediaId), { limitMs: 90_000 });
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
  expect(await bench.renditions(mediaId)).toMatchObject([{ state: "converting", storage_key: null }]);
  await startWorker();
  await until(() => hasStatus(publicationId, "waiting"), { limitMs: 90_000 });
  const [rendition] = await bench.renditions(mediaId);
  expect(rendition).toMatchObject({ state: "ready", tries: 2 });
  expect(await videosOf(mediaId)).toHaveLength(1);
  expect(await bench.sha256(rendition?.storage_key ?? "")).toMatchObject({ sha256: rendition?.sha256 });
}, 250_000);

test("an unreachable Postgres ends the start at once and leaves nothing open", async () => {
  await expect(bench.start({ DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" })).rejects.toThrow();
});
