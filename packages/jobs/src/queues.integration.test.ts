import { untilDone } from "@reelay/runtime/testing";
import { expect, test } from "@jest/globals";
import { z } from "zod";
import { defineJob } from "./define-job.ts";
import { connect, createServer, type AddressInfo } from "node:net";
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

test("queues that were used while Redis was away work when it is back", async () => {
  const real = new URL(process.env["TEST_REDIS_URL"] ?? "");
  const door = createServer((socket) => {
    const redis = connect(Number(real.port), real.hostname);
    for (const [one, other] of [
      [socket, redis],
      [redis, socket],
    ] as const) {
      one.on("error", () => undefined).on("close", () => other.destroy());
      one.pipe(other);
    }
  });
  const listen = (port: number) => new Promise<void>((resolve) => door.listen(port, "127.0.0.1", resolve));
  await listen(0);
  const { port } = door.address() as AddressInfo;
  await new Promise((resolve) => door.close(resolve));

  const url = new URL(real);
  url.hostname = "127.0.0.1";
  url.port = String(port);
  const queues = openQueues({ url: url.href, keyPrefix: "test-away" });
  await expect(queues.countWaiting(job)).rejects.toThrow();
  await listen(port);
  await untilDone(() => queues.countWaiting(job));
  await queues.close();
  await new Promise((resolve) => door.close(resolve));
});
