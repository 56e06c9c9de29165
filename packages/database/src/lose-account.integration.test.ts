import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { connectAccount } from "./accounts.ts";
import { newId } from "./ids.ts";
import { countLosses, loseAccount } from "./lose-account.ts";
import { claimPublication } from "./publications/claim.ts";
import {
  createConnectedAccount,
  createPublication,
  createWorkspace,
  plantRow,
  testDatabase,
  testVault,
  type TestDatabase,
} from "./testing/index.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

const patienceMs = 86_400_000;
const setup = async (platform = "tiktok") => {
  const { workspaceId } = await createWorkspace(db.database);
  const { accountId } = await createConnectedAccount(
    { database: db.database, vault: testVault() },
    { workspaceId, platform },
  );
  return {
    workspaceId,
    accountId,
    lose: (ifVersion = 1) => loseAccount(db.database, { accountId, cause: "token_revoked", ifVersion, patienceMs }),
  };
};
const state = async (accountId: string) =>
  (await db.sql("select state, state_cause from social_accounts where id = $1", [accountId]))[0];

test("an account is lost once, with its cause", async () => {
  const { accountId, lose } = await setup();
  expect(await Promise.all([lose(), lose(), lose()])).toEqual(expect.arrayContaining([true, false, false]));
  expect(await state(accountId)).toEqual({ state: "needs_reconnect", state_cause: "token_revoked" });
  expect(await lose()).toBe(false);
});

test("a loss that comes late, after somebody refreshed or reconnected, changes nothing", async () => {
  const { accountId, lose } = await setup();
  await db.sql("update grants set version = 2 where account_id = $1", [accountId]);
  expect(await lose(1)).toBe(false);
  expect(await state(accountId)).toEqual({ state: "connected", state_cause: null });
});

test("its open publications are given up a day after the later of now and their time, the others keep theirs", async () => {
  const { accountId, workspaceId, lose } = await setup();
  const rows = [
    ["waiting", "now() - interval '1 hour'", "'2026-01-01Z'", "null", 24],
    ["scheduled", "now() + interval '10 hours'", "now()", "null", 34],
    ["preparing", "now()", "null", "null", 24],
    ["processing", "now()", "now()", "now() + interval '2 hours'", 2],
    ["published", "now()", "null", "null", null],
    ["draft", "now()", "null", "null", null],
  ] as const;
  for (const [status, due, next, giveUp] of rows) {
    await plantRow(db, "publications", workspaceId, {
      account_id: `'${accountId}'`,
      status: `'${status}'`,
      due_at: due,
      next_at: next,
      give_up_at: giveUp,
    });
  }
  await plantRow(db, "publications", workspaceId, { account_id: `'${newId()}'`, status: "'preparing'" });
  expect(await lose()).toBe(true);
  const hours = await db.sql<{ status: string; hours: number | null }>(
    `select status, round(extract(epoch from give_up_at - now()) / 3600)::int as hours from publications where account_id = $1`,
    [accountId],
  );
  expect(Object.fromEntries(hours.map((row) => [row.status, row.hours]))).toEqual(
    Object.fromEntries(rows.map((row) => [row[0], row[4]])),
  );
  expect(
    await db.sql("select 1 from publications where account_id <> $1 and give_up_at is not null", [accountId]),
  ).toEqual([]);
});

test("losses of one platform and cause are counted within the time asked for", async () => {
  const count = () => countLosses(db.database, { platform: "instagram", cause: "token_revoked", withinMs: 600_000 });
  const [one, two] = [await setup("instagram"), await setup("instagram")];
  expect(await count()).toBe(0);
  await one.lose();
  await two.lose();
  expect(await count()).toBe(2);
  await db.sql("update social_accounts set state_changed_at = now() - interval '11 minutes' where id = $1", [
    one.accountId,
  ]);
  expect(await count()).toBe(1);
});

test("losing and reconnecting never wait in a circle with claims of its publications", async () => {
  const { accountId, workspaceId } = await setup();
  const external = await db.sql<{ external_id: string }>("select external_id from social_accounts where id = $1", [
    accountId,
  ]);
  const ids = await Promise.all(
    Array.from({ length: 8 }, (_, at) =>
      createPublication(db.database, { workspaceId, accountId }, { dueInMs: -at * 1_000 }),
    ),
  );
  const claim = (publicationId: string) =>
    claimPublication(db.database, {
      publicationId,
      lane: "advance",
      ownerId: newId(),
      leaseMs: 1,
      probeEveryMs: 1_000,
    });
  for (let round = 0; round < 15; round += 1) {
    const lost = loseAccount(db.database, { accountId, cause: "token_revoked", ifVersion: 1, patienceMs });
    await Promise.all([lost, ...ids.map(claim)]);
    expect(await lost).toBe(true);
    // As when two reconnect at once: claims are possible again while the second still writes.
    await db.sql("update social_accounts set state = 'connected', state_cause = null where id = $1", [accountId]);
    const connect = db.database.inWorkspace(workspaceId, (tx) =>
      connectAccount(tx, {
        workspaceId,
        platform: "tiktok",
        externalId: external[0]?.external_id ?? "",
        ownerExternalId: null,
        scopes: ["video.publish"],
      }),
    );
    await Promise.all([connect, ...ids.map(claim)]);
    expect(await state(accountId)).toEqual({ state: "connected", state_cause: null });
  }
}, 120_000);
