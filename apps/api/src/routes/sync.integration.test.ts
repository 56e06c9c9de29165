import { until } from "@reelay/runtime/testing";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { syncAccount } from "@reelay/jobs";
import { expectEnqueued } from "@reelay/jobs/testing";
import { startTestApi, type TestApi } from "../testing/start-test-api.ts";
import type { TestCaller } from "../testing/test-caller.ts";

let api: TestApi;
// A twentieth of the real patience, so that a caller who waits is answered in a second or so.
beforeAll(async () => void (api = await startTestApi({ environment: { TIME_SCALE: "0.05" } })), 60_000);
afterAll(() => api.close(), 30_000);

const sync = (caller: TestCaller, body?: object, headers?: Record<string, string>) =>
  caller.post("/api/tiktok/sync-media", body, headers);
const soon = { prefer: "respond-async" };
/** What a worker would write. */
const finish = (
  accountId: string,
  run: { state?: string; cached?: number; updated?: number; failed?: number; failure?: object },
) =>
  api.db.sql(
    `update sync_runs set state = $2, cached = $3, updated = $4, failed = $5, failure = $6, next_at = null, finished_at = now()
     where account_id = $1 and state in ('waiting', 'running')`,
    [
      accountId,
      run.state ?? "done",
      run.cached ?? 0,
      run.updated ?? 0,
      run.failed ?? 0,
      JSON.stringify(run.failure ?? null),
    ],
  );
const runsOf = (accountId: string) => api.db.sql("select * from sync_runs where account_id = $1", [accountId]);

test("a sync without accounts is done at once, so that an outside cron may call at any time", async () => {
  const { caller } = await api.otherWorkspace();
  expect(await sync(caller)).toMatchObject({
    status: 200,
    body: { syncId: null, done: true, cached: 0, updated: 0, failed: 0 },
  });
});

test("all accounts of the workspace are synced under one id, and the answer waits for their end", async () => {
  const { caller } = await api.otherWorkspace();
  const [one, two] = [await api.connectAccount({ caller }), await api.connectAccount({ caller })];
  const asked = sync(caller, {});
  await until(async () => (await runsOf(two)).length > 0);
  await finish(one, { cached: 7, updated: 3 });
  await finish(two, { state: "failed", cached: 1, failed: 1, failure: { code: "token_revoked" } });
  const answer = await asked;
  expect(answer).toMatchObject({ status: 200, body: { done: true, cached: 8, updated: 3, failed: 1 } });
  const shown = await caller.get(`/api/sync/${answer.body.syncId}`);
  expect(shown.body).toMatchObject({ syncId: answer.body.syncId, done: true, cached: 8 });
  const accounts = new Map(shown.body.accounts.map((part: { accountId: string }) => [part.accountId, part]));
  expect(accounts.get(one)).toMatchObject({ state: "done", cached: 7, failure: null, nextAt: null });
  expect(accounts.get(two)).toMatchObject({ state: "failed", failure: { code: "token_revoked", who: "creator" } });
});

test("one that takes longer is answered with 202 and the counts so far", async () => {
  const { caller } = await api.otherWorkspace();
  const accountId = await api.connectAccount({ caller });
  const asked = sync(caller, { accountId });
  await until(async () => (await runsOf(accountId)).length > 0);
  await api.db.sql("update sync_runs set cached = 20 where account_id = $1", [accountId]);
  const answer = await asked;
  expect(answer).toMatchObject({ status: 202, body: { done: false, cached: 20, updated: 0, failed: 0 } });
});

test("who prefers not to wait is answered at once, and the job is enqueued", async () => {
  const { caller } = await api.otherWorkspace();
  const accountId = await api.connectAccount({ caller });
  const answer = await sync(caller, { accountId }, soon);
  expect(answer).toMatchObject({ status: 202, body: { done: false, cached: 0 } });
  expect(answer.headers.get("preference-applied")).toBe("respond-async");
  const [run] = await runsOf(accountId);
  const redis = { url: api.environment["REDIS_URL"] ?? "", keyPrefix: api.environment["REDIS_KEY_PREFIX"] ?? "" };
  await expectEnqueued(redis, syncAccount, { runId: String(run?.["id"]) });
});

test("a sync that runs already is joined: one run and one id, however many ask at once", async () => {
  const { caller } = await api.otherWorkspace();
  const ids = [await api.connectAccount({ caller }), await api.connectAccount({ caller })];
  const answers = await Promise.all(Array.from({ length: 6 }, () => sync(caller, {}, soon)));
  expect(new Set(answers.map(({ body }) => body.syncId)).size).toBe(1);
  for (const id of ids) expect(await runsOf(id)).toHaveLength(1);
  const single = await sync(caller, { accountId: ids[0] }, soon);
  expect(single.body.syncId).not.toBe(answers[0]?.body.syncId);
  expect(await runsOf(ids[0] ?? "")).toHaveLength(1);
  expect((await sync(caller, { accountId: ids[0] }, soon)).body.syncId).toBe(single.body.syncId);
});

test("joining a nightly walk makes it whole", async () => {
  const { caller } = await api.otherWorkspace();
  const accountId = await api.connectAccount({ caller });
  await sync(caller, {}, soon);
  await api.db.sql("update sync_runs set walk_since = now() where account_id = $1", [accountId]);
  await sync(caller, {}, soon);
  expect(await runsOf(accountId)).toMatchObject([{ walk_since: null }]);
});

test("another workspace sees neither the account nor the sync", async () => {
  const { caller } = await api.otherWorkspace();
  const stranger = (await api.otherWorkspace()).caller;
  const accountId = await api.connectAccount({ caller });
  const { body } = await sync(caller, {}, soon);
  expect((await sync(stranger, { accountId }, soon)).status).toBe(404);
  expect((await stranger.get(`/api/sync/${body.syncId}`)).status).toBe(404);
  expect((await caller.get(`/api/sync/${accountId}`)).status).toBe(404);
});

test("what is no request of ours is refused by name", async () => {
  expect(await sync(api.caller, { account: "x" })).toMatchObject({
    status: 400,
    body: { errors: [{ path: "account" }] },
  });
  expect((await sync(api.caller, { accountId: "x" })).status).toBe(400);
});
