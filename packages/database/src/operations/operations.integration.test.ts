import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { findOverdue } from "../publications/find-overdue.ts";
import { placeHold } from "../holds.ts";
import {
  createConnectedAccount,
  createPublication,
  createWorkspace,
  testDatabase,
  testVault,
  type TestDatabase,
} from "../testing/index.ts";
import { liftHold } from "./lift-hold.ts";

let db: TestDatabase;
const vault = testVault();
beforeEach(async () => {
  db = await testDatabase();
});
afterEach(() => db.close());

async function account() {
  const { workspaceId } = await createWorkspace(db.database);
  return { workspaceId, ...(await createConnectedAccount({ database: db.database, vault }, { workspaceId })) };
}

async function late(creator: { workspaceId: string; accountId: string }, seconds: number): Promise<string> {
  const id = await createPublication(db.database, creator, {});
  await db.sql(
    `update publications set due_at = now() - make_interval(secs => $2), next_at = now() - make_interval(secs => $2),
      updated_at = now() - interval '1 hour' where id = $1`,
    [id, seconds],
  );
  return id;
}
const overdueSeconds = async () => {
  const ms = await findOverdue(db.database, 120_000);
  return ms === null ? null : Math.round(ms / 1_000);
};

test("overdue is what may move and has waited too long, and it is the oldest that counts", async () => {
  await late(await account(), 100);
  expect(await overdueSeconds()).toBeNull();
  await late(await account(), 130);
  await late(await account(), 400);
  expect(await overdueSeconds()).toBe(400);
});

test.each([
  ["the installation is paused", "update installation set paused = true"],
  ["its workspace is paused", "update workspaces set paused = true"],
  ["its account is paused", "update social_accounts set paused = true"],
  ["its account needs reconnecting", "update social_accounts set state = 'needs_reconnect'"],
  ["somebody is at work on it", "update publications set lease_until = now() + interval '1 minute'"],
  ["a rendition is missing", "update renditions set state = 'queued'"],
  ["it waits for its next try", "update publications set next_at = now() + interval '1 minute'"],
])("late is not overdue while %s", async (_why, change) => {
  await late(await account(), 300);
  expect(await overdueSeconds()).toBe(300);
  await db.sql(change);
  expect(await overdueSeconds()).toBeNull();
});

test("publications of one account go one after another: while it is at work the next one is not overdue", async () => {
  const creator = await account();
  await late(creator, 300);
  const before = await late(creator, 600);
  await db.sql(
    "update publications set status = 'processing', lane = 'check', next_at = now() + interval '5 s', updated_at = now() where id = $1",
    [before],
  );
  expect(await overdueSeconds()).toBeNull();
  await db.sql("update publications set updated_at = now() - interval '121 s' where id = $1", [before]);
  expect(await overdueSeconds()).toBe(300);
});

test("lifting a hold makes due what waits for it, of its scope alone, and never before its time", async () => {
  const [held, other] = [await account(), await account()];
  const ids = [await late(held, 10), await late(other, 10), await late(held, -7_200)];
  await db.sql("update publications set wait_reason = 'cap', next_at = greatest(due_at, now() + interval '1 hour')");
  await placeHold(db.database, {
    platform: "tiktok",
    scope: "account",
    accountId: held.accountId,
    failureCode: "creator_cap_reached",
    forMs: 86_400_000,
    probeEveryMs: 3_600_000,
  });
  const [hold] = await db.sql<{ id: string }>("select id from platform_holds");
  expect(await liftHold(db.database, hold?.id ?? "")).toBe(true);
  expect(await liftHold(db.database, hold?.id ?? "")).toBe(false);
  const due = async (id: string | undefined) =>
    (await db.sql<{ due: boolean }>("select next_at <= now() as due from publications where id = $1", [id]))[0]?.due;
  expect([await due(ids[0]), await due(ids[1]), await due(ids[2])]).toEqual([true, false, false]);
});
