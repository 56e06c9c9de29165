import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { createWorkspace, testDatabase, testVault, type TestDatabase } from "./testing/index.ts";
import { createConnectedAccount } from "./testing/index.ts";
import {
  createOauthStates,
  deniedAnswer,
  finishOauthState,
  type NewOauthState,
  type OauthCaller,
} from "./oauth-states.ts";

let db: TestDatabase;
const vault = testVault();
beforeAll(async () => void (db = await testDatabase()));
afterAll(() => db.close());

async function setup(change: Partial<NewOauthState> = {}) {
  const { workspaceId } = await createWorkspace(db.database);
  const states = createOauthStates({ database: db.database, vault });
  const fresh: NewOauthState = {
    workspaceId,
    platform: "tiktok",
    principal: { kind: "user", id: `session-${randomBytes(4).toString("hex")}` },
    state: randomBytes(16).toString("hex"),
    connectToken: randomBytes(16).toString("hex"),
    codeVerifier: "test-code-verifier",
    redirectUri: "http://localhost:3002/tiktok-callback",
    ownerExternalId: "user-77",
    returnTo: null,
    expiresInMs: 600_000,
    ...change,
  };
  await states.open(fresh);
  const caller: OauthCaller = { principal: fresh.principal, browser: null };
  return { workspaceId, states, fresh, caller };
}

test("a state is used once, by who opened it, and gives back what it was opened with", async () => {
  const { states, fresh, caller, workspaceId } = await setup();
  const used = await states.use("tiktok", fresh.state, "code-1", caller);
  expect(used).toMatchObject({
    workspaceId,
    codeVerifier: "test-code-verifier",
    ownerExternalId: "user-77",
    redirectUri: fresh.redirectUri,
  });
  expect(await states.use("tiktok", fresh.state, "code-1", caller)).toBeNull();
});

test("of many who use a state at the same moment exactly one gets it", async () => {
  const { states, fresh, caller } = await setup();
  const uses = await Promise.all(Array.from({ length: 12 }, () => states.use("tiktok", fresh.state, "code-1", caller)));
  expect(uses.filter((used) => used !== null)).toHaveLength(1);
});

test("neither another session, nor a key of the same id, nor nobody may use a state", async () => {
  const { states, fresh, caller } = await setup();
  const strangers: OauthCaller[] = [
    { principal: { kind: "user", id: "session-of-another" }, browser: null },
    { principal: { kind: "api_key", id: fresh.principal.id }, browser: null },
    { principal: null, browser: null },
    { principal: null, browser: "a-browser-that-was-never-bound" },
  ];
  for (const stranger of strangers) expect(await states.use("tiktok", fresh.state, "code-1", stranger)).toBeNull();
  expect(await states.use("instagram", fresh.state, "code-1", caller)).toBeNull();
  expect(await states.use("tiktok", fresh.state, "code-1", caller)).not.toBeNull();
});

test("a state that is past its time is worth nothing, and neither is its connect page", async () => {
  const { states, fresh, caller } = await setup();
  await db.sql("update oauth_states set expires_at = now() where workspace_id = $1", [fresh.workspaceId]);
  expect(await states.bindBrowser("tiktok", fresh.connectToken, "browser")).toBeNull();
  expect(await states.use("tiktok", fresh.state, "code-1", caller)).toBeNull();
});

test("the connect page binds one browser, which may come again, and no second one", async () => {
  const { states, fresh } = await setup({ principal: { kind: "api_key", id: "key-1" } });
  expect(await states.bindBrowser("tiktok", fresh.connectToken, "browser-1")).toMatchObject({
    codeVerifier: "test-code-verifier",
  });
  expect(await states.bindBrowser("tiktok", fresh.connectToken, "browser-1")).not.toBeNull();
  expect(await states.bindBrowser("tiktok", fresh.connectToken, "browser-2")).toBeNull();
  expect(await states.use("tiktok", fresh.state, "code-1", { principal: null, browser: "browser-2" })).toBeNull();
  expect(await states.use("tiktok", fresh.state, "code-1", { principal: null, browser: "browser-1" })).not.toBeNull();
  expect(await states.bindBrowser("tiktok", fresh.connectToken, "browser-1")).toBeNull();
});

test("only the same answer by the same caller within the time is replayed", async () => {
  const { states, fresh, caller, workspaceId } = await setup();
  const { accountId } = await createConnectedAccount({ database: db.database, vault }, { workspaceId });
  const used = await states.use("tiktok", fresh.state, "code-1", caller);
  expect(await states.replay("tiktok", fresh.state, "code-1", caller, 60_000)).toEqual({
    outcome: "running",
    id: used?.id,
  });
  await db.database.inWorkspace(workspaceId, (tx) => finishOauthState(tx, used?.id ?? "", accountId));
  expect(await states.replay("tiktok", fresh.state, "code-1", caller, 60_000)).toEqual({
    outcome: "answered",
    workspaceId,
    accountId,
    returnTo: null,
  });
  expect(await states.replay("tiktok", fresh.state, "code-2", caller, 60_000)).toBeNull();
  const stranger: OauthCaller = { principal: { kind: "user", id: "session-of-another" }, browser: null };
  expect(await states.replay("tiktok", fresh.state, "code-1", stranger, 60_000)).toBeNull();
  await db.sql("update oauth_states set used_at = now() - interval '61 seconds' where id = $1", [used?.id]);
  expect(await states.replay("tiktok", fresh.state, "code-1", caller, 60_000)).toBeNull();
});

test("a failed exchange is not replayed, a denial is", async () => {
  const failed = await setup();
  const used = await failed.states.use("tiktok", failed.fresh.state, "code-1", failed.caller);
  await failed.states.spoil(used?.id ?? "");
  expect(await failed.states.replay("tiktok", failed.fresh.state, "code-1", failed.caller, 60_000)).toBeNull();

  const denied = await setup();
  await denied.states.use("tiktok", denied.fresh.state, deniedAnswer, denied.caller);
  expect(await denied.states.replay("tiktok", denied.fresh.state, deniedAnswer, denied.caller, 60_000)).toEqual({
    outcome: "denied",
  });
});

test("state, connect token, browser and verifier stand nowhere in the table", async () => {
  const { states, fresh, caller } = await setup();
  await states.bindBrowser("tiktok", fresh.connectToken, "browser-secret");
  await states.use("tiktok", fresh.state, "code-secret", caller);
  const stored = JSON.stringify(await db.sql("select * from oauth_states"));
  for (const secret of [fresh.state, fresh.connectToken, "browser-secret", "code-secret", "test-code-verifier"])
    expect(stored).not.toContain(secret);
});
