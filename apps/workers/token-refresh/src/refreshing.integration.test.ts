import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { placeHold } from "@reelay/database";
import { refreshToken, sweepExpiringGrants } from "@reelay/jobs";
import { performJob } from "@reelay/jobs/testing";
import { createRefreshToken } from "./refresh-token.ts";
import { createSweepExpiringGrants } from "./sweep-expiring-grants.ts";
import { createBench, type Bench, type TestCreator } from "./testing/bench.ts";
import { refusedEarly } from "./testing/refused-early.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
let bench: Bench;
beforeAll(async () => void (bench = await createBench()), 60_000);
afterAll(() => bench.close());
beforeEach(() => bench.db.sql("update grants set access_expires_at = now() + interval '2 hours'"));

/** Accounts that a sweep would wake. */
async function swept(): Promise<string[]> {
  const found: string[] = [];
  const enqueue = async (_job: unknown, _payload: unknown, key: string) => void found.push(key);
  await performJob(sweepExpiringGrants, createSweepExpiringGrants({ ...bench.deps(), queues: { enqueue } }), {});
  return found;
}
const refresh = (creator: TestCreator) =>
  performJob(refreshToken, createRefreshToken(bench.deps()), { accountId: creator.accountId });
const isSwept = async ({ accountId }: TestCreator) => (await swept()).includes(accountId);
/** Connected, with something due in so many minutes and so many minutes left of its access token. */
async function busy(dueInMinutes: number, leftMinutes: number, sizeBytes?: number): Promise<TestCreator> {
  const creator = await bench.connect();
  await bench.publication(creator, dueInMinutes * minute, sizeBytes);
  await bench.leave(creator, { accessMs: leftMinutes * minute });
  return creator;
}

test("what is due is found in time for it, and nobody else is", async () => {
  const found = [await busy(-1, 14), await busy(30, 40), await busy(90, 50)];
  const left = [await busy(-1, 100), await busy(30, 59), await busy(60 * 24, 5), await bench.connect()];
  const ids = await swept();
  for (const { accountId } of found) expect(ids).toContain(accountId);
  for (const { accountId } of left) expect(ids).not.toContain(accountId);
});

test("an upload that takes longer wants a token for as long", async () => {
  await bench.db.sql("update installation set upload_rate = 1000");
  const creator = await busy(-1, 35, 40 * 60 * 1000);
  const small = await busy(-1, 35, 1000);
  const ids = await swept();
  await bench.db.sql("update installation set upload_rate = null");
  expect(ids).toContain(creator.accountId);
  expect(ids).not.toContain(small.accountId);
});

test("an account without work is refreshed before its refresh token dies, and only then", async () => {
  const creator = await bench.connect();
  await bench.leave(creator, { accessMs: -day, refreshMs: 50 * day });
  expect(await isSwept(creator)).toBe(false);
  await bench.leave(creator, { refreshMs: 40 * day });
  expect(await isSwept(creator)).toBe(true);
  await refresh(creator);
  expect(await bench.grant(creator)).toMatchObject({ version: 2 });
  expect(await isSwept(creator)).toBe(false);
});

test("an account that is publishing is left alone unless its token is about to die", async () => {
  const creator = await busy(-1, 14);
  const hold = "update social_accounts set slot_until = now() + interval '1 minute' where id = $1";
  await bench.db.sql(hold, [creator.accountId]);
  expect(await isSwept(creator)).toBe(false);
  await bench.leave(creator, { accessMs: 9 * minute });
  expect(await isSwept(creator)).toBe(true);
});

test("neither one that is being refreshed, nor one that is not connected, nor one whose app is held is woken", async () => {
  const [refreshing, lost, held] = [await busy(-1, 5), await busy(-1, 5), await busy(-1, 5)];
  await bench.db.sql("update grants set lease_until = now() + interval '1 minute' where account_id = $1", [
    refreshing.accountId,
  ]);
  await bench.db.sql("update social_accounts set state = 'needs_reconnect' where id = $1", [lost.accountId]);
  const ids = await swept();
  expect(ids).toContain(held.accountId);
  expect(ids).not.toContain(refreshing.accountId);
  expect(ids).not.toContain(lost.accountId);
  const hold = { platform: "tiktok", scope: "app", failureCode: "oauth_client_refused" } as const;
  await placeHold(bench.database, { ...hold, forMs: day, probeEveryMs: day });
  expect(await swept()).toEqual([]);
  await bench.db.sql("delete from platform_holds");
});

test("all pages are walked, each account once", async () => {
  await bench.db.sql(
    `insert into social_accounts (id, workspace_id, platform, external_id)
      select gen_random_uuid(), w.id, 'tiktok', 'page-' || n from (select id from workspaces limit 1) w, generate_series(1, 1201) n`,
  );
  await bench.db.sql(
    `insert into grants (id, workspace_id, account_id, access_token, refresh_token, access_expires_at, access_lifetime_ms, refresh_expires_at, obtained_at)
      select gen_random_uuid(), workspace_id, id, 'x', 'x', now(), 7200000, now() + interval '1 day', now() - interval '100 days'
      from social_accounts where external_id like 'page-%'`,
  );
  const ids = await swept();
  expect(ids.length).toBeGreaterThanOrEqual(1201);
  expect(new Set(ids).size).toBe(ids.length);
  await bench.db.sql("delete from grants where access_token = 'x'");
});

test("a job that comes late refreshes nothing that somebody else has refreshed", async () => {
  const creator = await busy(-1, 5);
  await Promise.all([refresh(creator), refresh(creator), refresh(creator)]);
  await refresh(creator);
  expect(bench.calls("token", creator.openId)).toBe(1);
  expect(await bench.grant(creator)).toMatchObject({ version: 2 });
  expect(await isSwept(creator)).toBe(false);
});

test("the scopes that a refresh names are stored with the tokens", async () => {
  const creator = await busy(-1, 5);
  await bench.db.sql("update social_accounts set scopes = '{old.scope}' where id = $1", [creator.accountId]);
  await refresh(creator);
  expect((await bench.account(creator)).scopes).toEqual([...bench.simulator.world.app.scopes]);
});

test("a token refused an hour before its stored expiry is refreshed once, and the call succeeds", async () => {
  expect(await refusedEarly(bench)).toEqual({ refreshes: 1, handle: expect.any(String) });
});
