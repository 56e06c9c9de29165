import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { countLosses, createGrants, loseAccount, placeHold, type Grants } from "@reelay/database";
import {
  createConnectedAccount,
  createPublication,
  createWorkspace,
  testDatabase,
  testVault,
  type TestDatabase,
} from "@reelay/database/testing";
import { createPlatforms, createTiktok } from "@reelay/platforms";
import { createTimes } from "@reelay/runtime";
import { createSimulator, type FaultInput, type Simulator } from "@reelay/simulator";
import { createAccessToken } from "./access-token.ts";
import { createRefreshGrant, type RefreshGrant } from "./refresh-grant.ts";

const hourMs = 3_600_000;
const profiles = [
  ["legacy", { accessMs: 24 * hourMs, rotates: false }],
  ["nov2026", { accessMs: 2 * hourMs, rotates: true }],
] as const;

describe.each(profiles)("refreshing a grant (%s)", (profile, { accessMs, rotates }) => {
  const times = createTimes(0.02);
  const vault = testVault();
  const { signal } = new AbortController();
  const publishing = { neededMs: 15 * 60_000, signal };
  let db: TestDatabase;
  let grants: Grants;
  let directory: string;
  let simulator: Simulator;
  let refreshGrant: RefreshGrant;
  let openId: string;
  let accountId: string;

  beforeAll(async () => {
    db = await testDatabase();
    grants = createGrants({ database: db.database, vault });
    directory = await mkdtemp(join(tmpdir(), "reelay-flows-"));
  });
  afterAll(async () => {
    await db.close();
    await rm(directory, { recursive: true });
  });

  beforeEach(async () => {
    simulator = await createSimulator({ directory, profile });
    refreshGrant = createRefreshGrant(depsWith(grants));
    await db.sql("update social_accounts set state_changed_at = now() - interval '1 hour'");
    await db.sql("delete from platform_holds");
    await connect();
  });
  afterEach(async () => await simulator.close());

  function depsWith(grants: Grants): Parameters<typeof createRefreshGrant>[0] {
    const { apiUrl, wwwUrl, world } = simulator;
    const { clientKey, clientSecret } = world.app;
    const tiktok = createTiktok({ clientKey, clientSecret, wwwUrl, apiUrl, uploadHosts: [], times });
    return {
      grants,
      accounts: {
        lose: (loss) => loseAccount(db.database, loss),
        countLosses: (query) => countLosses(db.database, query),
      },
      holds: { place: (hold) => placeHold(db.database, hold) },
      platforms: createPlatforms([tiktok]),
      times,
    };
  }

  /** A new account of a new workspace, connected; from here on it is the one of the test. */
  async function connect(): Promise<void> {
    const { workspaceId } = await createWorkspace(db.database);
    openId = simulator.world.addAccount({ username: "creator" }).openId;
    const { accessToken, refreshToken, expiresIn, refreshExpiresIn } = simulator.world.grant(openId);
    const lives = { accessExpiresInMs: expiresIn * 1000, refreshExpiresInMs: refreshExpiresIn * 1000 };
    const tokens = { accessToken, refreshToken, ...lives };
    ({ accountId } = await createConnectedAccount({ database: db.database, vault }, { workspaceId, tokens }));
  }

  /** Moves the expiry, so that `remainingMs` of the access token's life are left. */
  async function leave(remainingMs: number): Promise<void> {
    const sql = "update grants set access_expires_at = now() + make_interval(secs => $2) where account_id = $1";
    await db.sql(sql, [accountId, remainingMs / 1000]);
  }

  async function accountState(): Promise<string> {
    const [row] = await db.sql<{ state: string }>(
      "select concat_ws(': ', state, state_cause) as state from social_accounts where id = $1",
      [accountId],
    );
    return row?.state ?? "none";
  }

  const fault = (mode: FaultInput["mode"]) => simulator.world.addFault({ endpoint: "token", mode });
  const refuse = (code: string) => fault({ name: "refuse", code, httpStatus: 200 });
  const asked = () => simulator.world.calls.filter(({ endpoint }) => endpoint === "token").length;
  const tokenThere = () => simulator.world.grants.find((grant) => grant.openId === openId);
  const heldScopes = () => db.sql("select scope, failure_code as code from platform_holds");

  test("a token that lives long enough is used as it is", async () => {
    const accessToken = tokenThere()?.accessToken;
    await expect(refreshGrant(accountId, publishing)).resolves.toEqual({ ok: true, accessToken, version: 1 });
    expect(asked()).toBe(0);
  });

  test("a token about to expire is refreshed, and its new lives come from the answer", async () => {
    await leave(60_000);
    const answer = await refreshGrant(accountId, publishing);
    const there = tokenThere();
    expect(answer).toEqual({ ok: true, accessToken: there?.accessToken, version: 2 });
    expect(await grants.read(accountId)).toMatchObject({
      refreshToken: there?.refreshToken,
      accessLifetimeMs: accessMs,
      unansweredForMs: null,
      refreshing: false,
    });
  });

  test("eight callers at once make one refresh", async () => {
    await leave(60_000);
    fault({ name: "delay", ms: 150 });
    const accessToken = createAccessToken({ grants, refreshGrant });
    const answers = await Promise.all(Array.from({ length: 8 }, () => accessToken(accountId, publishing)));
    expect(asked()).toBe(1);
    expect(answers.some((answer) => answer.ok && answer.version === 2)).toBe(true);
    const others = answers.filter((answer) => !(answer.ok && answer.version === 2));
    for (const answer of others) expect(answer).toMatchObject({ ok: false, wait: { reason: "token_refreshing" } });
    await expect(accessToken(accountId, publishing)).resolves.toMatchObject({ ok: true, version: 2 });
  });

  test("a version that the platform has refused is refreshed once, though it had not expired", async () => {
    const refused = { ...publishing, rejectedVersion: 1 };
    await expect(refreshGrant(accountId, refused)).resolves.toMatchObject({ ok: true, version: 2 });
    await expect(refreshGrant(accountId, refused)).resolves.toMatchObject({ ok: true, version: 2 });
    expect(asked()).toBe(1);
  });

  test("a version refused again right after such a refresh needs a person, not another refresh", async () => {
    await refreshGrant(accountId, { ...publishing, rejectedVersion: 1 });
    await expect(refreshGrant(accountId, { ...publishing, rejectedVersion: 2 })).resolves.toMatchObject({
      ok: false,
      wait: { reason: "account_needs_reconnect", inMs: null },
      failure: { code: "token_refused" },
    });
    expect(asked()).toBe(1);
    expect(await accountState()).toBe("needs_reconnect: refused_again");
  });

  test("the third account refused again in ten minutes holds the app and is not lost itself", async () => {
    const refusedAgain = async () => {
      await connect();
      await refreshGrant(accountId, { ...publishing, rejectedVersion: 1 });
      return await refreshGrant(accountId, { ...publishing, rejectedVersion: 2 });
    };
    await refusedAgain();
    await refusedAgain();
    await expect(refusedAgain()).resolves.toMatchObject({ ok: false, wait: { reason: "hold" } });
    expect(await accountState()).toBe("connected");
    expect(await heldScopes()).toEqual([{ scope: "app", code: "token_refused" }]);
  });

  test("a refresh that a person asked for twice loses nothing", async () => {
    const request = { ...publishing, asked: true };
    await expect(refreshGrant(accountId, { ...request, rejectedVersion: 1 })).resolves.toMatchObject({ version: 2 });
    await expect(refreshGrant(accountId, { ...request, rejectedVersion: 2 })).resolves.toMatchObject({ version: 3 });
    expect(await accountState()).toBe("connected");
  });

  test.each<FaultInput["mode"]>([
    { name: "errorBeforeEffect", status: 503 },
    { name: "errorAfterEffect", body: "json" },
    { name: "refuse", code: "server_error", httpStatus: 200 },
    "dropAfterEffect",
    "truncate",
  ])("no answer (%j) never disconnects, and the access token is used while it lives", async (mode) => {
    await leave(60_000);
    fault(mode);
    await expect(refreshGrant(accountId, publishing)).resolves.toMatchObject({ ok: true, version: 1 });
    expect(await accountState()).toBe("connected");
    expect((await grants.read(accountId))?.unansweredForMs).not.toBeNull();
  });

  test("after a lost answer the old refresh token rests until little life remains", async () => {
    const longUpload = { neededMs: accessMs / 2, signal };
    await leave(accessMs / 4 + 60_000);
    fault("dropAfterEffect");
    await refreshGrant(accountId, longUpload);
    await expect(refreshGrant(accountId, longUpload)).resolves.toMatchObject({ ok: true, version: 1 });
    expect(asked()).toBe(1);
    await leave(accessMs / 4 - 60_000);
    await refreshGrant(accountId, longUpload);
    expect(asked()).toBe(2);
  });

  test("a lost answer costs the grant only where the platform rotates, and the cause says so", async () => {
    await leave(60_000);
    fault("dropAfterEffect");
    await refreshGrant(accountId, publishing);
    const answer = await refreshGrant(accountId, publishing);
    if (!rotates) return expect(answer).toMatchObject({ ok: true, version: 2 });
    expect(answer).toMatchObject({ wait: { reason: "account_needs_reconnect" }, failure: { code: "lost_rotation" } });
    expect(await accountState()).toBe("needs_reconnect: lost_rotation");
  });

  test("a refresh that was decided before another one was sent and lost is not sent as if nothing had been", async () => {
    await leave(60_000);
    fault("dropAfterEffect");
    const read: Grants["read"] = async (id) => {
      const seen = await grants.read(id);
      if (asked() === 0) await refreshGrant(id, publishing);
      return seen;
    };
    const overtaken = createRefreshGrant(depsWith({ ...grants, read }));
    await expect(overtaken(accountId, publishing)).resolves.toMatchObject({ wait: { reason: "token_refreshing" } });
    expect(asked()).toBe(1);
    expect(await accountState()).toBe("connected");
  });

  test("a refresh that never reached TikTok is not taken for a lost one", async () => {
    await leave(60_000);
    await simulator.close();
    await expect(refreshGrant(accountId, publishing)).resolves.toMatchObject({ ok: true, version: 1 });
    expect((await grants.read(accountId))?.unansweredForMs).toBeNull();
    simulator = await createSimulator({ directory, profile });
  });

  test("a definite refusal needs a person, and later callers do not ask TikTok again", async () => {
    await leave(60_000);
    simulator.world.revoke(openId);
    await expect(refreshGrant(accountId, publishing)).resolves.toMatchObject({
      ok: false,
      wait: { reason: "account_needs_reconnect" },
      failure: { code: "token_revoked" },
    });
    expect(await accountState()).toBe("needs_reconnect: token_revoked");
    await expect(refreshGrant(accountId, publishing)).resolves.toMatchObject({ ok: false });
    expect(asked()).toBe(1);
  });

  test("what is disconnecting is not lost a second time, and its checks do not ask again at once", async () => {
    await leave(60_000);
    await db.sql("update social_accounts set state = 'disconnecting' where id = $1", [accountId]);
    simulator.world.revoke(openId);
    const gone = { ok: false, wait: { reason: "account_needs_reconnect", inMs: times.scale(60_000) } };
    await expect(refreshGrant(accountId, publishing)).resolves.toMatchObject(gone);
    expect(await accountState()).toBe("disconnecting");
    await db.sql("update grants set reactive_at = now() where account_id = $1", [accountId]);
    await expect(refreshGrant(accountId, { ...publishing, rejectedVersion: 1 })).resolves.toMatchObject(gone);
    expect(asked()).toBe(1);
  });

  test("the scopes that the answer names replace the stored ones", async () => {
    await leave(60_000);
    await db.sql("update social_accounts set scopes = '{}' where id = $1", [accountId]);
    await refreshGrant(accountId, publishing);
    const [row] = await db.sql("select scopes from social_accounts where id = $1", [accountId]);
    expect(row).toEqual({ scopes: [...simulator.world.app.scopes] });
  });

  test("an account that a refresh has lost gives its publications up after the scaled patience", async () => {
    await leave(60_000);
    const [account] = await db.sql<{ workspaceId: string }>(
      'select workspace_id as "workspaceId" from social_accounts where id = $1',
      [accountId],
    );
    const id = await createPublication(db.database, { accountId, workspaceId: account?.workspaceId ?? "" }, {});
    simulator.world.revoke(openId);
    await refreshGrant(accountId, publishing);
    const sql = "select extract(epoch from give_up_at - now())::float8 * 1000 as ms from publications where id = $1";
    const [row] = await db.sql<{ ms: number }>(sql, [id]);
    expect(row?.ms).toBeGreaterThan(0);
    expect(row?.ms).toBeLessThanOrEqual(times.scale(24 * hourMs));
  });

  test.each([
    ["invalid_client", "oauth_client_refused"],
    ["unauthorized_client", "oauth_client_refused"],
    ["invalid_scope", "oauth_scope_refused"],
  ])("a refused app (%s) waits for the operator and disconnects nobody", async (error, code) => {
    await leave(60_000);
    refuse(error);
    await expect(refreshGrant(accountId, publishing)).resolves.toMatchObject({
      wait: { reason: "hold" },
      failure: { code },
    });
    expect(await accountState()).toBe("connected");
    expect(await heldScopes()).toEqual([{ scope: "app", code }]);
  });

  test("a dead access token and no answer is a wait, not a token", async () => {
    await leave(-1_000);
    fault({ name: "errorBeforeEffect" });
    await expect(refreshGrant(accountId, publishing)).resolves.toMatchObject({
      ok: false,
      wait: { reason: "backoff" },
    });
  });

  test("tokens that Postgres cannot take at first are stored while the lease lasts", async () => {
    await leave(60_000);
    let refusals = 2;
    const store: Grants["store"] = async (...given) => {
      refusals -= 1;
      if (refusals >= 0) throw new Error("connection refused");
      return await grants.store(...given);
    };
    const patient = createRefreshGrant(depsWith({ ...grants, store }));
    await expect(patient(accountId, publishing)).resolves.toMatchObject({ ok: true, version: 2 });
    expect((await grants.read(accountId))?.accessToken).toBe(tokenThere()?.accessToken);
  });

  test("a reconnection during the refresh wins over its answer", async () => {
    await leave(60_000);
    const store: Grants["store"] = async (grant, ...rest) => {
      const tokens = { accessToken: "act.test-again", refreshToken: "rft.test-again" };
      const lives = { accessExpiresInMs: accessMs, refreshExpiresInMs: 30 * accessMs };
      const account = { id: accountId, workspaceId: grant.workspaceId };
      await db.database.asSystem((tx) => grants.replace(tx, account, { ...tokens, ...lives }));
      return await grants.store(grant, ...rest);
    };
    const overtaken = createRefreshGrant(depsWith({ ...grants, store }));
    const answer = await overtaken(accountId, publishing);
    expect(answer).toEqual({ ok: true, accessToken: "act.test-again", version: 2 });
  });
});
