import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { listAccountHealth } from "./account-health.ts";
import { inspectKeys } from "./inspect-keys.ts";
import { inspectServer } from "./inspect-server.ts";
import { checkKeys } from "./installation.ts";
import { resumeInstallation } from "./operations/resume-installation.ts";
import {
  createConnectedAccount,
  createWorkspace,
  emptyDatabase,
  migrationsDirectory,
  testDatabase,
  testServers,
  type TestDatabase,
} from "./testing/index.ts";
import { createVault, type VaultKey } from "./vault.ts";
import { beat, livingWorkers } from "./workers.ts";

let db: TestDatabase;
beforeEach(async () => {
  db = await testDatabase();
});
afterEach(() => db.close());

const newKey = (id: string): VaultKey => ({ id, key: randomBytes(32) });
async function connect(key: VaultKey): Promise<{ accountId: string; workspaceId: string }> {
  const { workspaceId } = await createWorkspace(db.database);
  const deps = { database: db.database, vault: createVault([key]) };
  return { workspaceId, ...(await createConnectedAccount(deps, { workspaceId })) };
}
const inspect = (url: string, nowMs: () => number = Date.now) =>
  inspectServer({ url, migrationsDirectory, limitMs: 5_000, nowMs });

describe("a server is looked at", () => {
  test("every migration is known, the login role is a plain one, the clocks agree", async () => {
    const facts = await inspect(db.url);
    expect(facts).toMatchObject({
      role: "reelay_test",
      seesEverything: false,
      roleProblems: [],
      migrations: { pending: [], changed: [], unfinished: [], unknown: [] },
    });
    expect(facts.version).toMatch(/^\d+\.\d+$/);
    expect(Math.abs(facts.clockAheadMs)).toBeLessThan(1_000);
  });

  test("our clock an hour ahead makes the server an hour behind", async () => {
    const { clockAheadMs } = await inspect(db.url, () => Date.now() + 3_600_000);
    expect(Math.round(clockAheadMs / 60_000)).toBe(-60);
  });

  test("a superuser's login is told, though the roles it takes are plain", async () => {
    const url = new URL(testServers().databaseUrl);
    url.pathname = new URL(db.url).pathname;
    expect(await inspect(url.href)).toMatchObject({ seesEverything: true, roleProblems: [] });
  });

  test("what is pending, changed, unfinished or newer is named", async () => {
    await db.sql("update _prisma_migrations set checksum = 'other' where migration_name like '%_initial'");
    await db.sql(`insert into _prisma_migrations (id, checksum, migration_name, finished_at) values
      ('a', 'x', '20991231000000_later', now()), ('b', 'x', '20991231000001_broken', null)`);
    expect((await inspect(db.url)).migrations).toEqual({
      pending: [],
      changed: ["20261124000000_initial"],
      unfinished: ["20991231000001_broken"],
      unknown: ["20991231000000_later"],
    });
  });

  test("an empty database has every migration before it", async () => {
    const empty = await emptyDatabase();
    try {
      const { pending } = (await inspect(empty.url)).migrations;
      expect(pending[0]).toBe("20261124000000_initial");
    } finally {
      await empty.close();
    }
  });
});

describe("encryption keys are tried without writing", () => {
  const canary = async () => (await db.sql("select key_canary from installation"))[0];

  test("before the first start nothing is sealed, and it stays so", async () => {
    expect(await inspectKeys(db.database, [newKey("a")])).toEqual({ opens: null, missing: [] });
    expect(await canary()).toEqual({ key_canary: null });
  });

  test("the right key opens, another one of the same name does not", async () => {
    const key = newKey("a");
    await checkKeys(db.database, createVault([key]));
    expect(await inspectKeys(db.database, [newKey("b"), key])).toMatchObject({ opens: true });
    expect(await inspectKeys(db.database, [newKey("a")])).toMatchObject({ opens: false });
  });

  test("an older key that still seals tokens is missed when it is taken away", async () => {
    const [old, fresh] = [newKey("old"), newKey("fresh")];
    await connect(old);
    expect(await inspectKeys(db.database, [fresh])).toMatchObject({ missing: [{ keyId: "old", texts: 2 }] });
    expect(await inspectKeys(db.database, [fresh, old])).toMatchObject({ missing: [] });
  });
});

describe("accounts as the operator sees them", () => {
  test("those that need somebody first, with spans and without any token", async () => {
    const key = newKey("a");
    const well = await connect(key);
    const lost = await connect(key);
    await db.sql("update social_accounts set state = 'needs_reconnect', state_cause = 'token_revoked' where id = $1", [
      lost.accountId,
    ]);
    await db.sql(
      "update grants set access_expires_at = now() - interval '1 hour', refresh_token = null where account_id = $1",
      [lost.accountId],
    );
    const rows = await listAccountHealth(db.database, { limit: 10 });
    expect(rows.map(({ id }) => id)).toEqual([lost.accountId, well.accountId]);
    expect(rows[0]).toMatchObject({ stateCause: "token_revoked", refreshExpiresInMs: null, syncedAgoMs: null });
    expect(Math.round(rows[0]!.accessExpiresInMs! / 60_000)).toBe(-60);
    expect(rows[1]!.accessExpiresInMs).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toMatch(/act\.|rft\.|v1\./);

    const byName = await listAccountHealth(db.database, { limit: 10, workspace: rows[1]!.workspaceId });
    expect(byName.map(({ id }) => id)).toEqual([well.accountId]);
    expect(await listAccountHealth(db.database, { limit: 10, workspace: "nobody's" })).toEqual([]);
  });

  test("an account without tokens and with a sync behind it", async () => {
    const { accountId, workspaceId } = await connect(newKey("a"));
    await db.sql("delete from grants where account_id = $1", [accountId]);
    await db.sql(
      `insert into sync_runs (id, workspace_id, account_id, platform, state, finished_at)
       values (gen_random_uuid(), $1, $2, 'tiktok', 'done', now() - interval '10 minutes')`,
      [workspaceId, accountId],
    );
    const [row] = await listAccountHealth(db.database, { limit: 10 });
    expect(row).toMatchObject({ accessExpiresInMs: null, refreshExpiresInMs: null });
    expect(Math.round(row!.syncedAgoMs! / 60_000)).toBe(10);
  });
});

test("resuming ends the pause and reconciling only, and says which there was", async () => {
  await db.sql("update installation set paused = true, reconcile_only = true");
  expect(await resumeInstallation(db.database)).toEqual({ paused: true, reconcileOnly: true });
  expect(await resumeInstallation(db.database)).toEqual({ paused: false, reconcileOnly: false });
});

test("living workers are those that were seen lately", async () => {
  const worker = { name: "publish", queues: ["a", "b"], places: 3 };
  await beat(db.database, { id: "019ab000-0000-7000-8000-000000000001", ...worker });
  await beat(db.database, { id: "019ab000-0000-7000-8000-000000000002", ...worker, name: "gone" });
  await db.sql("update workers set seen_at = now() - interval '1 minute' where name = 'gone'");
  expect(await livingWorkers(db.database, 20_000)).toEqual([worker]);
});
