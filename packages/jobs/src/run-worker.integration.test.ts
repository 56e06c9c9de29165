import { randomBytes } from "node:crypto";
import { afterEach, describe, expect, test } from "@jest/globals";
import { Failure } from "@reelay/domain";
import { Queue } from "bullmq";
import { z } from "zod";
import { openProducerConnection, queuePrefix, type RedisSettings } from "./connection.ts";
import { defineJob, type JobDefinition } from "./define-job.ts";
import { cancelled, completed, snoozed, type Handler } from "./outcome.ts";
import { openQueues } from "./queues.ts";
import { runWorker, type AttemptReport, type RunningWorker } from "./run-worker.ts";
import { expectEnqueued } from "./testing/expect-enqueued.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

type Payload = { rowId: string };
const job: JobDefinition<Payload> = defineJob({
  name: "test-job",
  payload: z.object({ rowId: z.string() }),
  timeoutMs: 10_000,
});

/** A queue of its own, a worker on it, and the reports of its attempts as they come. */
async function setup(handler: Handler<Payload>, definition = job) {
  const url = process.env["TEST_REDIS_URL"];
  if (url === undefined) throw new Error("TEST_REDIS_URL is not set: run the tests by npm test");
  const redis: RedisSettings = { url, keyPrefix: `test-${randomBytes(6).toString("hex")}` };
  const reports: AttemptReport[] = [];
  let heard: () => void = () => undefined;
  const worker: RunningWorker = runWorker({
    redis,
    job: definition,
    handler,
    places: 4,
    backoffMs: () => 5,
    report: (report) => {
      reports.push(report);
      heard();
    },
    onError: () => undefined,
  });
  await worker.ready();
  const queues = openQueues(redis);
  const connection = openProducerConnection(redis);
  await new Promise((resolve) => connection.once("ready", resolve));
  const queue = new Queue(definition.name, { connection, prefix: queuePrefix(redis, definition.name) });
  cleanups.push(async () => {
    await worker.stop(5_000);
    await queue.obliterate({ force: true });
    await queue.close();
    connection.disconnect();
    await queues.close();
  });
  const attempts = async (count: number) => {
    while (reports.length < count) await new Promise<void>((resolve) => (heard = resolve));
    return reports;
  };
  return { redis, queues, queue, worker, reports, attempts };
}

describe("outcomes of a handler", () => {
  test("a snooze never consumes an attempt", async () => {
    const answers = [
      snoozed(1, "still processing"),
      snoozed(1, "still processing"),
      snoozed(1, "still processing"),
      snoozed(1, "x"),
      completed,
    ];
    const { queues, attempts } = await setup(async () => answers.shift() ?? completed);
    await queues.enqueue(job, { rowId: "a" }, "a");
    const reports = await attempts(5);
    expect(reports.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1, 1]);
    expect(reports.map(({ result }) => result.outcome)).toEqual([
      "snoozed",
      "snoozed",
      "snoozed",
      "snoozed",
      "completed",
    ]);
  });

  test("a failure that nobody has to act on is tried as often as the definition says", async () => {
    const { queues, attempts, reports } = await setup(async () => {
      throw new Failure("platform_error");
    });
    await queues.enqueue(job, { rowId: "a" }, "a");
    await attempts(3);
    expect(reports.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  });

  test.each([
    ["a cancelled job", async () => cancelled("it is not wanted any more")],
    [
      "a failure that a person must mend",
      async () => {
        throw new Failure("token_revoked");
      },
    ],
  ] satisfies [string, Handler<Payload>][])("%s is not tried again", async (_name, handler) => {
    const { queues, queue, attempts, reports } = await setup(handler);
    await queues.enqueue(job, { rowId: "a" }, "a");
    await attempts(1);
    while ((await queue.getFailedCount()) === 0) await new Promise((resolve) => setImmediate(resolve));
    expect([await queue.getDelayedCount(), await queue.getWaitingCount(), reports.length]).toEqual([0, 0, 1]);
  });

  test("a platform's own waiting time is kept, and Redis gets the code alone", async () => {
    const { queues, queue, attempts } = await setup(async () => {
      throw new Failure("platform_rate_limited", { retryAfterMs: 60_000, internal: "TikTok said act.secret" });
    });
    await queues.enqueue(job, { rowId: "a" }, "a");
    await attempts(1);
    while ((await queue.getDelayedCount()) === 0) await new Promise((resolve) => setImmediate(resolve));
    const [delayed] = await queue.getDelayed();
    expect(delayed?.delay).toBeGreaterThanOrEqual(60_000);
    expect(delayed?.failedReason).toBe("platform_rate_limited");
    expect(JSON.stringify(delayed)).not.toContain("secret");
  });

  test("a payload that does not parse fails the attempt and never reaches the handler", async () => {
    let calls = 0;
    const { queue, attempts } = await setup(async () => {
      calls += 1;
      return completed;
    });
    await queue.add(job.name, { rowId: 7 });
    const [report] = await attempts(1);
    expect([report?.result.outcome, calls]).toEqual(["failed", 0]);
  });

  test("while a job of a key lives, another of the same key is not added; afterwards it is", async () => {
    const released: (() => void)[] = [];
    const { queues, queue, attempts } = await setup(async () => {
      await new Promise<void>((resolve) => released.push(resolve));
      return completed;
    });
    await queues.enqueue(job, { rowId: "a" }, "a");
    while (released.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await queues.enqueue(job, { rowId: "a" }, "a");
    expect(await queue.getWaitingCount()).toBe(0);
    released[0]?.();
    await attempts(1);
    while ((await queue.getActiveCount()) > 0) await new Promise((resolve) => setImmediate(resolve));
    await queues.enqueue(job, { rowId: "a" }, "a");
    while (released.length === 1) await new Promise((resolve) => setImmediate(resolve));
    released[1]?.();
    await attempts(2);
  });
});

describe("jobs that a row's lease fences", () => {
  const leased = { ...job, name: "test-leased", attempts: 1, fencedBy: "lease" } as const;

  test("leave nothing in Redis, whether they complete or fail", async () => {
    const { queues, queue, attempts } = await setup(async ({ rowId }) => {
      if (rowId === "bad") throw new Failure("internal");
      return completed;
    }, leased);
    await queues.enqueueAll(leased, [
      { id: "pub-good-1", payload: { rowId: "good" } },
      { id: "pub-bad-1", payload: { rowId: "bad" } },
    ]);
    await attempts(2);
    while ((await queue.getActiveCount()) > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await queue.getJobs()).toEqual([]);
  });

  test("the same id while the job lives is one job", async () => {
    const { redis, queues, queue, worker } = await setup(async () => completed, leased);
    await worker.stop(1_000);
    const one = { id: "pub-x-1", payload: { rowId: "x" } };
    await queues.enqueueAll(leased, [one]);
    await queues.enqueueAll(leased, [one, { ...one, id: "pub-x-2" }]);
    expect(await queue.getWaitingCount()).toBe(2);
    await expectEnqueued(redis, leased, { rowId: "x" });
    await expect(expectEnqueued(redis, leased, { rowId: "y" })).rejects.toThrow("no test-leased");
  });
});

describe("stopping a worker", () => {
  test("is told to running jobs first; their signals fire only when the time to finish is over", async () => {
    const told: string[] = [];
    const { queues, worker, attempts } = await setup(async (_payload, { signal, stopping }) => {
      const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      stopping.addEventListener("abort", () => told.push(`stopping, signal ${signal.aborted}`));
      told.push("started");
      await aborted;
      told.push("signal");
      return completed;
    });
    await queues.enqueue(job, { rowId: "a" }, "a");
    while (told.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await worker.stop(50);
    await attempts(1);
    expect(told).toEqual(["started", "stopping, signal false", "signal"]);
  });

  test("waits for a job that finishes in time, and takes no other", async () => {
    const finished: string[] = [];
    const { queues, queue, worker } = await setup(async ({ rowId }, { stopping }) => {
      // Redis may say active before the handler has begun.
      if (!stopping.aborted) await new Promise<void>((resolve) => stopping.addEventListener("abort", () => resolve()));
      finished.push(rowId);
      return completed;
    });
    await queues.enqueue(job, { rowId: "a" }, "a");
    while ((await queue.getActiveCount()) === 0) await new Promise((resolve) => setImmediate(resolve));
    const stopped = worker.stop(5_000);
    await queues.enqueue(job, { rowId: "b" }, "b");
    await stopped;
    expect(finished).toEqual(["a"]);
    expect(await queue.getWaitingCount()).toBe(1);
  });
});
