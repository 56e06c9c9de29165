import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { forgetOtherRules } from "@reelay/database";
import { sweepDueAccounts } from "@reelay/jobs";
import { performJob } from "@reelay/jobs/testing";
import { nightOf } from "@reelay/domain";
import type { SyncDeps } from "./deps.ts";
import { createSweepDueAccounts } from "./sweep-due-accounts.ts";
import { createBench, type Bench, type RunRow, type TestCreator } from "./testing/bench.ts";

let bench: Bench;
let enqueued: { job: string; payload: unknown }[];
beforeAll(async () => void (bench = await createBench()), 60_000);
afterAll(() => bench.close(), 30_000);
beforeEach(async () => {
  enqueued = [];
  await bench.db.sql("delete from sync_runs");
  await bench.db.sql("update social_accounts set state = 'disconnected', sync_rule = null");
});

const queues: SyncDeps["queues"] = {
  enqueue: async (job, payload) => void enqueued.push({ job: job.name, payload }),
};
const sweep = (change: Partial<SyncDeps> = {}) =>
  performJob(sweepDueAccounts, createSweepDueAccounts({ ...bench.deps, queues, ...change }), {});
const runs = () => bench.db.sql<RunRow>("select * from sync_runs");
const account = async ({ accountId }: TestCreator) =>
  (
    await bench.db.sql<{ next_sync_at: Date; sync_rule: string }>(
      "select next_sync_at, sync_rule from social_accounts where id = $1",
      [accountId],
    )
  )[0];
const setNight = (creator: TestCreator, night: number, dueAgo: string) =>
  bench.db.sql("update social_accounts set synced_night = $2, next_sync_at = now() - $3::interval where id = $1", [
    creator.accountId,
    night,
    dueAgo,
  ]);

test("a new account is synced at once, whole, and gets its own time within the window after the hour", async () => {
  const creator = await bench.connect({ videos: 3 });
  await sweep();
  const [run] = await runs();
  expect(run).toMatchObject({ state: "waiting", walk_since: null });
  expect(enqueued).toContainEqual({
    job: "sync-account",
    payload: { runId: run?.id, workspaceId: creator.workspaceId },
  });
  const at = (await account(creator))?.next_sync_at ?? new Date(0);
  expect(at.getTime()).toBeGreaterThan(Date.now());
  expect(at.getTime()).toBeLessThanOrEqual(Date.now() + 26 * 3_600_000);
  expect([3, 4]).toContain(at.getUTCHours());
});

test("a tick that comes twice, or in two processes at once, begins one run", async () => {
  const creator = await bench.connect({ videos: 3 });
  await Promise.all([sweep(), sweep(), sweep()]);
  await sweep();
  expect(await runs()).toHaveLength(1);
  expect((await account(creator))?.next_sync_at.getTime()).toBeGreaterThan(Date.now());
});

test("nights that were missed are one night, as deep as the deepest of them", async () => {
  const creator = await bench.connect({ videos: 3 });
  const tonight = nightOf(new Date(), "UTC");
  await setNight(creator, tonight - 40, "39 days");
  await sweep();
  expect(await runs()).toMatchObject([{ walk_since: null }]);
  await bench.db.sql("delete from sync_runs");
  await setNight(creator, tonight + 1, "1 minute");
  await sweep();
  const [shallow] = await runs();
  const days = (Date.now() - (shallow?.walk_since?.getTime() ?? 0)) / 86_400_000;
  expect(days).toBeCloseTo(7, 1);
});

test("an account that was synced and has no time gets one, and no run", async () => {
  const creator = await bench.connect({ videos: 3 });
  await bench.db.sql("update social_accounts set synced_night = 1 where id = $1", [creator.accountId]);
  await sweep();
  expect(await runs()).toEqual([]);
  expect((await account(creator))?.next_sync_at.getTime()).toBeGreaterThan(Date.now());
});

test("the workspace's time zone counts where it is set, and another rule means another time", async () => {
  const creator = await bench.connect({ videos: 1 });
  await bench.db.sql("update workspaces set time_zone = 'Asia/Tokyo' where id = $1", [creator.workspaceId]);
  await sweep({ rules: { cron: "0 3 * * *", timeZone: "Europe/Paris" } });
  // Three in the morning in Tokyo.
  expect([18, 19]).toContain((await account(creator))?.next_sync_at.getUTCHours());
  expect((await account(creator))?.sync_rule).toBe("0 3 * * * Asia/Tokyo");
  expect(await forgetOtherRules(bench.database, { cron: "0 3 * * *", timeZone: "UTC" })).toBe(0);
  expect(await forgetOtherRules(bench.database, { cron: "0 9 * * *", timeZone: "UTC" })).toBe(1);
  await bench.db.sql("update social_accounts set synced_night = 1 where id = $1", [creator.accountId]);
  await bench.db.sql("delete from sync_runs");
  await sweep({ rules: { cron: "0 9 * * *", timeZone: "UTC" } });
  expect([0, 1]).toContain((await account(creator))?.next_sync_at.getUTCHours());
  expect(await runs()).toEqual([]);
});

test("accounts that are lost, paused or lack the scope have no night", async () => {
  const lost = await bench.connect();
  const paused = await bench.connect();
  await bench.connect({ scopes: ["user.info.basic", "video.publish"] });
  await bench.db.sql("update social_accounts set state = 'needs_reconnect' where id = $1", [lost.accountId]);
  await bench.db.sql("update social_accounts set paused = true where id = $1", [paused.accountId]);
  await sweep();
  expect(await runs()).toEqual([]);
});

test("a run whose job or worker was lost is found again, and so are covers", async () => {
  const creator = await bench.connect({ videos: 2 });
  const runId = await bench.open(creator);
  await sweep();
  expect(enqueued.filter(({ job }) => job === "sync-account")).toHaveLength(1);
  await bench.db.sql("update sync_runs set state = 'running', lease_until = now() + interval '1 hour' where id = $1", [
    runId,
  ]);
  enqueued = [];
  await sweep();
  expect(enqueued).toEqual([]);
  await bench.db.sql("update sync_runs set lease_until = now() - interval '1 second' where id = $1", [runId]);
  await sweep();
  expect(enqueued.map(({ job }) => job)).toEqual(["sync-account"]);
  await bench.attempt({ runId, workspaceId: creator.workspaceId });
  enqueued = [];
  await sweep();
  expect(enqueued).toEqual([
    { job: "cache-media", payload: { accountId: creator.accountId, workspaceId: creator.workspaceId } },
  ]);
});
