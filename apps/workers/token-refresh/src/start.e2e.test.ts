import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { beginDisconnecting, consumedQueues } from "@reelay/database";
import { emptyRedis } from "@reelay/jobs/testing";
import type { Running } from "@reelay/runtime";
import { parseConfig } from "./config.ts";
import { start } from "./start.ts";
import { createBench, type Bench, type TestCreator } from "./testing/bench.ts";
import { startRefresher } from "./testing/refresher.ts";
import { until } from "@reelay/runtime/testing";

let bench: Bench;
const running = new Set<Running>();
beforeAll(async () => void (bench = await createBench()), 60_000);
afterEach(async () => {
  bench.simulator.world.release();
  await Promise.all([...running].map((worker) => worker.stop()));
  running.clear();
}, 60_000);
afterAll(() => bench.close());

const startWorker = async () => {
  const worker = await bench.start();
  running.add(worker);
  return worker;
};
const isRefreshed = async (creator: TestCreator) => (await bench.grant(creator)).version === 2;
const isDisconnected = async (creator: TestCreator) => (await bench.account(creator)).state === "disconnected";
async function busy(): Promise<TestCreator> {
  const creator = await bench.connect();
  await bench.publication(creator, -1);
  await bench.leave(creator, { accessMs: 60_000 });
  return creator;
}
async function goodbye(): Promise<TestCreator> {
  const creator = await bench.connect();
  const { workspaceId, accountId } = creator;
  await bench.database.inWorkspace(workspaceId, (tx) => beginDisconnecting(tx, accountId, {}));
  return creator;
}

test("what nobody was woken for is found, also after Redis forgot everything it knew, and the worker is counted", async () => {
  const [refreshed, ended] = [await busy(), await goodbye()];
  const worker = await startWorker();
  const queues = ["disconnect-account", "refresh-token", "sweep-disconnecting", "sweep-expiring-grants"];
  expect(await consumedQueues(bench.database, 60_000)).toEqual(expect.arrayContaining(queues));
  await until(() => isRefreshed(refreshed));
  await until(() => isDisconnected(ended));
  await emptyRedis(bench.redis);
  const [refreshedLater, endedLater] = [await busy(), await goodbye()];
  await until(() => isRefreshed(refreshedLater));
  await until(() => isDisconnected(endedLater));
  await worker.stop();
  expect(await consumedQueues(bench.database, 60_000)).toEqual([]);
}, 120_000);

test("stopped while an answer is under way, it waits for it and stores it", async () => {
  const creator = await busy();
  bench.simulator.world.addFault({ endpoint: "token", mode: "hold", openId: creator.openId });
  const worker = await startWorker();
  await bench.simulator.world.waitFor((world) => world.heldAnswers === 1, 30_000);
  const stopped = worker.stop();
  bench.simulator.world.release();
  await stopped;
  expect(await isRefreshed(creator)).toBe(true);
  const there = bench.simulator.world.grants.find(({ openId }) => openId === creator.openId);
  expect((await bench.deps().grants.read(creator.accountId))?.refreshToken).toBe(there?.refreshToken);
}, 60_000);

test("killed after the platform has revoked and before it could know, the account is ended by the next", async () => {
  const creator = await goodbye();
  bench.simulator.world.addFault({ endpoint: "revoke", mode: "hold", openId: creator.openId });
  const refresher = startRefresher(bench.environment);
  try {
    await bench.simulator.world.waitFor((world) => world.heldAnswers === 1, 60_000);
  } finally {
    refresher.kill();
  }
  expect(await bench.account(creator)).toMatchObject({ state: "disconnecting" });
  // The time that a process may take has passed.
  await bench.db.sql("update social_accounts set disconnect_next_at = now() where id = $1", [creator.accountId]);
  await startWorker();
  await until(() => isDisconnected(creator), { limitMs: 60_000 });
  expect(await bench.account(creator)).toMatchObject({ state_cause: null });
  expect(await bench.grant(creator)).toMatchObject({ access_token: null, refresh_token: null });
}, 180_000);

test("an unreachable Postgres ends the start at once and leaves nothing open", async () => {
  const config = parseConfig({ ...bench.environment, DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" });
  await expect(start(config)).rejects.toThrow();
});
