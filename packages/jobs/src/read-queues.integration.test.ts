import { untilDone } from "@reelay/runtime/testing";
import { randomBytes } from "node:crypto";
import { afterEach, expect, test } from "@jest/globals";
import { z } from "zod";
import { defineJob } from "./define-job.ts";
import { inspectRedis } from "./inspect-redis.ts";
import { completed } from "./outcome.ts";
import { openQueues } from "./queues.ts";
import { readQueues, retryFailedJobs } from "./read-queues.ts";
import { runWorker, type RunningWorker } from "./run-worker.ts";
import { frozenRedis } from "./testing/frozen-redis.ts";

const job = defineJob({
  name: "read-queues-test",
  payload: z.object({ rowId: z.string() }),
  timeoutMs: 5_000,
  attempts: 1,
});
const url = process.env["TEST_REDIS_URL"] ?? "";
const redis = { url, keyPrefix: `test-${randomBytes(6).toString("hex")}` };
const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

function work(handler: (rowId: string) => void): { worker: RunningWorker; attempts: (count: number) => Promise<void> } {
  let done = 0;
  let wake = () => undefined as void;
  const worker = runWorker({
    redis,
    job,
    places: 1,
    backoffMs: () => 1,
    onError: () => undefined,
    report: () => {
      done += 1;
      wake();
    },
    handler: async ({ rowId }) => {
      handler(rowId);
      return completed;
    },
  });
  running.push({ stop: () => worker.stop(1_000) });
  const attempts = (count: number) =>
    new Promise<void>((resolve) => {
      wake = () => void (done >= count && resolve());
      wake();
    });
  return { worker, attempts };
}

test("a queue's figures, and failed jobs put back into line run again", async () => {
  const queues = openQueues(redis);
  running.push({ stop: () => queues.close() });
  await queues.ping().catch(() => undefined);
  expect(await readQueues(redis, [job])).toEqual([
    { name: job.name, waiting: 0, active: 0, delayed: 0, failed: 0, paused: false, oldestWaitingMs: null },
  ]);
  await untilDone(() => queues.ping());
  for (const rowId of ["a", "b"]) await queues.enqueue(job, { rowId }, rowId);
  const [waiting] = await readQueues(redis, [job]);
  expect(waiting).toMatchObject({ waiting: 2, failed: 0 });
  expect(waiting?.oldestWaitingMs).toBeGreaterThanOrEqual(0);

  let isBroken = true;
  const seen: string[] = [];
  const { worker, attempts } = work((rowId) => {
    if (isBroken) throw new Error("broken for now");
    seen.push(rowId);
  });
  await attempts(2);
  await worker.stop(1_000);
  expect(await readQueues(redis, [job])).toMatchObject([{ waiting: 0, failed: 2, oldestWaitingMs: null }]);

  isBroken = false;
  expect(await retryFailedJobs(redis, job)).toBe(2);
  expect(await readQueues(redis, [job])).toMatchObject([{ waiting: 2, failed: 0 }]);
  expect(await retryFailedJobs(redis, job)).toBe(0);
  await work((rowId) => seen.push(rowId)).attempts(2);
  expect(seen.toSorted()).toEqual(["a", "b"]);
});

test("without Redis, or with a frozen one, it rejects within seconds", async () => {
  await expect(readQueues({ url: "redis://127.0.0.1:1", keyPrefix: "x" }, [job])).rejects.toMatchObject({
    code: "ECONNREFUSED",
  });
  await expect(inspectRedis({ url: "redis://127.0.0.1:1" }, 1_000)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  const frozen = await frozenRedis();
  const startedAt = performance.now();
  await expect(readQueues({ url: frozen.url, keyPrefix: "x" }, [job])).rejects.toThrow();
  await expect(inspectRedis({ url: frozen.url }, 1_000)).rejects.toThrow();
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  await frozen.close();
});
