import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createGrants, type Grants, type NewTokens } from "./grants.ts";
import {
  createConnectedAccount,
  createWorkspace,
  testDatabase,
  testVault,
  type TestDatabase,
} from "./testing/index.ts";

let db: TestDatabase;
let grants: Grants;
let vault: ReturnType<typeof testVault>;
beforeAll(async () => {
  db = await testDatabase();
  vault = testVault();
  grants = createGrants({ database: db.database, vault });
});
afterAll(() => db.close());

const fresh: NewTokens = {
  accessToken: "act.test-2",
  refreshToken: "rft.test-2",
  accessExpiresInMs: 86_400_000,
  refreshExpiresInMs: 31_536_000_000,
};

const setup = async () => {
  const { workspaceId } = await createWorkspace(db.database);
  const { accountId } = await createConnectedAccount({ database: db.database, vault }, { workspaceId });
  const read = async () => {
    const grant = await grants.read(accountId);
    if (!grant) throw new Error("no grant");
    return grant;
  };
  return { workspaceId, accountId, read };
};

test("tokens are read as they were stored, with what remains of their life", async () => {
  const { workspaceId, accountId, read } = await setup();
  const grant = await read();
  expect(grant).toMatchObject({
    accountId,
    workspaceId,
    platform: "tiktok",
    accountState: "connected",
    version: 1,
    refreshing: false,
  });
  expect(grant).toMatchObject({
    accessToken: "act.test-access",
    refreshToken: "rft.test-refresh",
    unansweredForMs: null,
    reactiveForMs: null,
  });
  expect(grant.accessRemainingMs).toBeGreaterThan(7_100_000);
  expect(grant.accessRemainingMs).toBeLessThanOrEqual(7_200_000);
});

test("no token stands in the database as plain text", async () => {
  const { accountId } = await setup();
  const [row] = await db.sql<{ text: string }>("select g::text as text from grants g where account_id = $1", [
    accountId,
  ]);
  for (const token of ["test-access", "test-refresh", Buffer.from("act.test-access").toString("base64")])
    expect(row?.text).not.toContain(token);
});

test("a token moved to another account's row does not open", async () => {
  const [one, two] = [await setup(), await setup()];
  await db.sql(
    "update grants set access_token = (select access_token from grants where account_id = $1) where account_id = $2",
    [one.accountId, two.accountId],
  );
  await expect(grants.read(two.accountId)).rejects.toMatchObject({ code: "sealed_unreadable" });
});

test("an account without tokens has no grant to read", async () => {
  const { accountId } = await setup();
  await db.sql("update grants set access_token = null, refresh_token = null where account_id = $1", [accountId]);
  expect(await grants.read(accountId)).toBeNull();
});

describe("the refresh lease", () => {
  test("of many that want to refresh at once exactly one may", async () => {
    const { read } = await setup();
    const seen = await read();
    const leases = await Promise.all(Array.from({ length: 10 }, () => grants.lease(seen, 30_000)));
    expect(leases.filter((lease) => lease !== null)).toHaveLength(1);
    expect(await read()).toMatchObject({ refreshing: true, version: 1 });
    expect((await read()).unansweredForMs).not.toBeNull();
  });

  test("is not given for a version that is gone", async () => {
    const { read } = await setup();
    expect(await grants.lease({ ...(await read()), version: 2 }, 30_000)).toBeNull();
  });

  test("is not given to who has not seen that another refresh was sent and never answered", async () => {
    const { accountId, read } = await setup();
    const before = await read();
    const faster = await grants.lease(before, 30_000);
    await grants.release(accountId, faster ?? -1, false);
    expect(await grants.lease(before, 30_000)).toBeNull();
    expect(await grants.lease(await read(), 30_000)).not.toBeNull();
  });

  test("of a dead process runs out, and the next one knows that an answer never came", async () => {
    const { accountId, read } = await setup();
    const dead = await grants.lease(await read(), 30_000);
    await db.sql(
      "update grants set lease_until = now() - interval '1 second', refresh_sent_at = now() - interval '31 seconds' where account_id = $1",
      [accountId],
    );
    expect((await read()).unansweredForMs).toBeGreaterThan(30_000);
    const next = await grants.lease(await read(), 30_000);
    expect(next).not.toBe(dead);
  });

  test("given back after a definite answer is free and clean; without an answer the doubt stays", async () => {
    const { accountId, read } = await setup();
    const first = await grants.lease(await read(), 30_000);
    await grants.release(accountId, first ?? -1, false);
    expect((await read()).unansweredForMs).not.toBeNull();
    const second = await grants.lease(await read(), 30_000);
    await grants.release(accountId, first ?? -1, true);
    expect(await read()).toMatchObject({ refreshing: true });
    await grants.release(accountId, second ?? -1, true);
    expect(await read()).toMatchObject({ refreshing: false, unansweredForMs: null });
  });
});

describe("storing", () => {
  test("raises the version, ends the lease and remembers whether a refusal demanded it", async () => {
    const { read } = await setup();
    const lease = await grants.lease(await read(), 30_000);
    expect(await grants.store(await read(), lease ?? -1, fresh, true)).toBe(true);
    const grant = await read();
    expect(grant).toMatchObject({
      version: 2,
      accessToken: "act.test-2",
      refreshToken: "rft.test-2",
      refreshing: false,
      unansweredForMs: null,
      accessLifetimeMs: 86_400_000,
    });
    expect(grant.reactiveForMs).not.toBeNull();
    const again = await grants.lease(await read(), 30_000);
    expect(await grants.store(grant, again ?? -1, fresh, false)).toBe(true);
    expect(await read()).toMatchObject({ version: 3, reactiveForMs: null });
  });

  test("is refused to whoever lost the lease meanwhile", async () => {
    const { accountId, read } = await setup();
    const slow = await grants.lease(await read(), 30_000);
    await db.sql("update grants set lease_until = now() - interval '1 second' where account_id = $1", [accountId]);
    const quick = await grants.lease(await read(), 30_000);
    const grant = await read();
    expect(await grants.store(grant, slow ?? -1, { ...fresh, accessToken: "act.late" }, false)).toBe(false);
    expect(await grants.store(grant, quick ?? -1, fresh, false)).toBe(true);
    expect(await grants.store(grant, quick ?? -1, { ...fresh, accessToken: "act.twice" }, false)).toBe(false);
    expect(await read()).toMatchObject({ version: 2, accessToken: "act.test-2" });
  });
});

describe("connecting again", () => {
  test("replaces the tokens, forgets all doubt, and shuts out a refresh under way", async () => {
    const { accountId, workspaceId, read } = await setup();
    const before = await read();
    const lease = await grants.lease(await read(), 30_000);
    await db.database.inWorkspace(workspaceId, (tx) => grants.replace(tx, { id: accountId, workspaceId }, fresh));
    expect(await read()).toMatchObject({
      version: 2,
      accessToken: "act.test-2",
      refreshing: false,
      unansweredForMs: null,
      reactiveForMs: null,
    });
    expect(await grants.store(before, lease ?? -1, { ...fresh, accessToken: "act.late" }, false)).toBe(false);
  });

  test("twice at once for the first time leaves tokens that open", async () => {
    const { accountId, workspaceId, read } = await setup();
    await db.sql("delete from grants where account_id = $1", [accountId]);
    await Promise.all(
      Array.from({ length: 4 }, () =>
        db.database.inWorkspace(workspaceId, (tx) => grants.replace(tx, { id: accountId, workspaceId }, fresh)),
      ),
    );
    expect(await read()).toMatchObject({ version: 4, accessToken: "act.test-2" });
  });
});
