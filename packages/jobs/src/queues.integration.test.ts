import { expect, test } from "@jest/globals";
import { z } from "zod";
import { defineJob } from "./define-job.ts";
import { openQueues } from "./queues.ts";
import { frozenRedis } from "./testing/frozen-redis.ts";

const job = defineJob({ name: "test-job", payload: z.object({ rowId: z.string() }), timeoutMs: 1_000 });

async function msUntilRejected(url: string): Promise<number> {
  const queues = openQueues({ url, keyPrefix: "test" });
  const startedAt = performance.now();
  try {
    await expect(queues.enqueue(job, { rowId: "a" }, "a")).rejects.toThrow();
    return performance.now() - startedAt;
  } finally {
    await queues.close();
  }
}

test("with Redis down an enqueue rejects at once", async () => {
  expect(await msUntilRejected("redis://127.0.0.1:1")).toBeLessThan(1_000);
});

test("with Redis frozen an enqueue rejects within about two seconds", async () => {
  const redis = await frozenRedis();
  expect(await msUntilRejected(redis.url)).toBeLessThan(3_000);
  await redis.close();
});
