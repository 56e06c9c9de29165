import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createPublication } from "@reelay/database/testing";
import { disconnectAccount } from "@reelay/jobs";
import { expectEnqueued } from "@reelay/jobs/testing";
import { startTestApi, type TestApi } from "./testing/start-test-api.ts";

let api: TestApi;
beforeAll(async () => void (api = await startTestApi()), 60_000);
afterAll(() => api.close(), 30_000);

const openIdOf = async (accountId: string): Promise<string> =>
  (await api.caller.get(`/api/accounts/${accountId}`)).body.platformAccountId;
const calls = (endpoint: string, openId: string) =>
  api.simulator.world.calls.filter((call) => call.endpoint === endpoint && call.openId === openId).length;

test("the list goes page by page, and each account is found by its id", async () => {
  const { caller } = await api.otherWorkspace();
  const ids: string[] = [];
  for (let at = 0; at < 3; at += 1) ids.unshift(await api.connectAccount({ caller }));
  const first = await caller.get("/api/accounts?limit=2");
  expect(first.body.items.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2));
  const rest = await caller.get(`/api/accounts?limit=2&cursor=${first.body.nextCursor}`);
  expect(rest.body).toMatchObject({ items: [{ id: ids[2] }], nextCursor: null });
  expect((await caller.get(`/api/accounts/${ids[0]?.toUpperCase()}`)).body.id).toBe(ids[0]);
});

test("creator-info is what the platform says now", async () => {
  const account = api.simulator.world.addAccount({ username: "live.options", isPrivate: true });
  const id = await api.connectAccount({ account });
  expect((await api.caller.get(`/api/accounts/${id}/creator-info`)).body).toMatchObject({
    handle: "live.options",
    privacyLevels: ["FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"],
    duetDisabled: true,
  });
  account.isPrivate = false;
  expect((await api.caller.get(`/api/accounts/${id}/creator-info`)).body.privacyLevels).toContain("PUBLIC_TO_EVERYONE");
});

test("a token that the platform refuses before its time is refreshed once, and the answer comes", async () => {
  const id = await api.connectAccount();
  const openId = await openIdOf(id);
  api.simulator.world.expireAccessTokens(openId);
  const rotations = api.simulator.world.tokens.rotations;
  expect((await api.caller.get(`/api/accounts/${id}/creator-info`)).status).toBe(200);
  expect(api.simulator.world.tokens.rotations - rotations).toBe(1);
});

test("a withdrawn permission makes the account need reconnecting, says so, and reconnecting mends it under the same id", async () => {
  const account = api.simulator.world.addAccount({ username: "leaves.and.returns" });
  const id = await api.connectAccount({ account });
  api.simulator.world.revoke(account.openId);
  const answer = await api.caller.get(`/api/accounts/${id}/creator-info`);
  expect(answer).toMatchObject({ status: 409, body: { who: "creator" } });
  expect((await api.caller.get(`/api/accounts/${id}`)).body).toMatchObject({
    state: "needs_reconnect",
    stateCause: "token_revoked",
  });
  expect(await api.caller.post(`/api/accounts/${id}/refresh`)).toMatchObject({
    status: 409,
    body: { code: "account_not_connected" },
  });
  expect(await api.connectAccount({ account })).toBe(id);
  expect((await api.caller.get(`/api/accounts/${id}`)).body).toMatchObject({ state: "connected", stateCause: null });
  expect((await api.caller.get(`/api/accounts/${id}/creator-info`)).status).toBe(200);
});

test("a platform that is down is 503 with Retry-After, and the account stays connected", async () => {
  const id = await api.connectAccount();
  api.simulator.world.addFault({
    endpoint: "creator_info",
    mode: { name: "errorBeforeEffect" },
    openId: await openIdOf(id),
  });
  const answer = await api.caller.get(`/api/accounts/${id}/creator-info`);
  expect(answer.status).toBe(503);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await api.caller.get(`/api/accounts/${id}`)).body.state).toBe("connected");
});

test("creator-info stays below the platform's limit and says when to come back", async () => {
  const id = await api.connectAccount();
  const openId = await openIdOf(id);
  const statuses: number[] = [];
  for (let at = 0; at < 22; at += 1) statuses.push((await api.caller.get(`/api/accounts/${id}/creator-info`)).status);
  expect(statuses.at(-1)).toBe(429);
  expect(calls("creator_info", openId)).toBeLessThanOrEqual(20);
  const refused = await api.caller.get(`/api/accounts/${id}/creator-info`);
  expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(60);
}, 120_000);

test("refresh rotates the token now, and at most once a minute", async () => {
  const id = await api.connectAccount();
  const before = api.simulator.world.tokens.rotations;
  const answer = await api.caller.post(`/api/accounts/${id}/refresh`);
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ account: { id, state: "connected" } });
  const leftMs = new Date(answer.body.accessExpiresAt).getTime() - Date.now();
  expect(leftMs).toBeGreaterThan(7_100_000);
  expect(leftMs).toBeLessThanOrEqual(7_205_000);
  const again = await api.caller.post(`/api/accounts/${id}/refresh`, {});
  expect(again).toMatchObject({ status: 429, body: { code: "refreshed_recently" } });
  expect(Number(again.headers.get("retry-after"))).toBeGreaterThan(50);
  expect(api.simulator.world.tokens.rotations - before).toBe(1);
});

test("of many refreshes at once one is sent and the others are told to wait", async () => {
  const id = await api.connectAccount();
  const before = api.simulator.world.tokens.rotations;
  const answers = await Promise.all(Array.from({ length: 8 }, () => api.caller.post(`/api/accounts/${id}/refresh`)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 429, 429, 429, 429, 429, 429, 429]);
  expect(api.simulator.world.tokens.rotations - before).toBe(1);
  expect(api.simulator.world.tokens.oldTokenUses).toBe(0);
});

test("a refresh that finds another under way waits for it and answers with what it brought", async () => {
  const id = await api.connectAccount();
  api.simulator.world.addFault({ endpoint: "token", mode: "hold" });
  const first = api.caller.post(`/api/accounts/${id}/refresh`);
  await api.simulator.world.waitFor((world) => world.heldAnswers === 1, 10_000);
  // The minute has passed, though the first answer has not come.
  await api.db.sql("delete from platform_budgets where endpoint = 'refresh_now' and scope = $1", [id]);
  const second = api.caller.post(`/api/accounts/${id}/refresh`);
  await waitUntil(
    async () =>
      (await api.db.sql("select 1 from platform_budgets where endpoint = 'refresh_now' and scope = $1", [id]))
        .length === 1,
  );
  api.simulator.world.release();
  expect((await first).status).toBe(200);
  expect((await second).status).toBe(200);
  expect((await api.db.sql("select version from grants where account_id = $1", [id]))[0]).toEqual({ version: 2 });
}, 120_000);

test("deleting an account cancels what is cancelable and begins to disconnect it, once; another one's id is 404", async () => {
  const account = api.simulator.world.addAccount({ username: "says.goodbye" });
  const accountId = await api.connectAccount({ account });
  const creator = { workspaceId: api.workspaceId, accountId };
  const scheduled = await createPublication(api.db.database, creator, { dueInMs: 3_600_000 });
  const inDoubt = await createPublication(api.db.database, creator, {});
  const send = "update publications set status = 'processing', lane = 'check', intent = '{}' where id = $1";
  await api.db.sql(send, [inDoubt]);
  const other = await api.otherWorkspace();
  expect((await other.caller.delete(`/api/accounts/${accountId}`)).status).toBe(404);
  expect((await api.caller.get(`/api/publications/${scheduled}`)).body.status).toBe("scheduled");

  const answers = [
    await api.caller.delete(`/api/accounts/${accountId}`),
    await api.caller.delete(`/api/accounts/${accountId}`),
  ];
  for (const answer of answers) {
    expect(answer).toMatchObject({ status: 202, body: { id: accountId, state: "disconnecting" } });
  }
  expect((await api.caller.get(`/api/publications/${scheduled}`)).body).toMatchObject({
    status: "canceled",
    timeline: expect.arrayContaining([expect.objectContaining({ type: "canceled" })]),
  });
  expect((await api.caller.get(`/api/publications/${inDoubt}`)).body.status).toBe("processing");
  const asked = "select action from audit_log where subject = $1 and action like 'account.disconnect%'";
  expect(await api.db.sql(asked, [accountId])).toEqual([{ action: "account.disconnect_requested" }]);
  const { REDIS_URL: url = "", REDIS_KEY_PREFIX: keyPrefix = "" } = api.environment;
  await expectEnqueued({ url, keyPrefix }, disconnectAccount, { accountId });
  expect(await api.caller.post(`/api/accounts/${accountId}/refresh`)).toMatchObject({ status: 409 });
  // Connected again before the worker came: the same account, with new tokens.
  expect(await api.connectAccount({ account })).toBe(accountId);
  expect((await api.caller.get(`/api/accounts/${accountId}`)).body).toMatchObject({
    state: "connected",
    stateCause: null,
  });
});

async function waitUntil(fact: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await fact())) {
    if (performance.now() > deadline) throw new Error("did not become true in time");
  }
}
