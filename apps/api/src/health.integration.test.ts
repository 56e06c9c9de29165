import { expect, test } from "@jest/globals";
import { createServer } from "node:net";
import { beat, newId } from "@reelay/database";
import { createPublication } from "@reelay/database/testing";
import { allJobs } from "@reelay/jobs";
import { startTestApi } from "./testing/start-test-api.ts";

const queues = allJobs.map(({ name }) => name);

test("ready means Postgres, Redis and a live worker for every queue, and says which of them is missing", async () => {
  const api = await startTestApi();
  const bare = await fetch(`${api.url}/readyz`);
  expect(bare.status).toBe(503);
  const { status, checks } = (await bare.json()) as { status: string; checks: Record<string, { ok: boolean }> };
  expect(status).toBe("degraded");
  expect(checks).toMatchObject({ postgres: { ok: true }, redis: { ok: true }, "queue:convert-media": { ok: false } });
  expect(Object.keys(checks)).toEqual([
    "postgres",
    "redis",
    "publications",
    ...queues.map((queue) => `queue:${queue}`),
  ]);

  await beat(api.db.database, { id: newId(), name: "test", queues, places: 1 });
  const ready = await fetch(`${api.url}/readyz`);
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({ status: "ok" });

  await api.db.sql("update workers set seen_at = now() - interval '24 seconds'");
  const red = await fetch(`${api.url}/readyz`);
  expect(red.status).toBe(503);
  expect(await red.json()).toMatchObject({
    checks: { "queue:probe-media": { ok: false, problem: expect.stringMatching(/test was last seen 24 s ago/) } },
  });
  await api.close();
}, 120_000);

test("not ready while a publication that may move has not moved for two minutes", async () => {
  const api = await startTestApi();
  await beat(api.db.database, { id: newId(), name: "test", queues, places: 1 });
  const accountId = await api.connectAccount();
  await createPublication(api.db.database, { workspaceId: api.workspaceId, accountId }, { dueInMs: -60_000 });
  const late = (seconds: number) =>
    api.db.sql("update publications set next_at = now() - make_interval(secs => $1)", [seconds]);
  await late(115);
  expect((await fetch(`${api.url}/readyz`)).status).toBe(200);
  await late(125);
  const red = await fetch(`${api.url}/readyz`);
  expect(red.status).toBe(503);
  expect(await red.json()).toMatchObject({
    checks: {
      publications: {
        ok: false,
        problem: expect.stringMatching(/^the oldest publication that may move is 12\d s late$/),
      },
      "queue:probe-media": { ok: true },
    },
  });
  await api.db.sql("update installation set paused = true");
  expect((await fetch(`${api.url}/readyz`)).status).toBe(200);
  await api.close();
}, 120_000);

test.each(["gone", "frozen"])(
  "with Redis %s the API answers at once, and readiness says so within 3 s",
  async (how) => {
    const frozen = createServer((socket) => void socket.on("error", () => undefined));
    await new Promise<void>((resolve) => frozen.listen(0, "127.0.0.1", resolve));
    const address = frozen.address();
    const port = how === "frozen" && address !== null && typeof address === "object" ? address.port : 1;
    const api = await startTestApi({ environment: { REDIS_URL: `redis://127.0.0.1:${port}` } });
    const before = performance.now();
    expect((await api.caller.get("/api/accounts")).status).toBe(200);
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
    expect(performance.now() - before).toBeLessThan(1_000);
    const ready = await fetch(`${api.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({
      checks: { redis: { ok: false, problem: "Redis does not answer" }, postgres: { ok: true } },
    });
    expect(performance.now() - before).toBeLessThan(3_500);
    await api.close();
    frozen.close();
  },
  60_000,
);
