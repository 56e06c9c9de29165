import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { beginDisconnecting, findDisconnecting } from "@reelay/database";
import { disconnectAccount, sweepDisconnecting } from "@reelay/jobs";
import { performJob } from "@reelay/jobs/testing";
import type { FaultInput } from "@reelay/simulator";
import type { AtPoint } from "./deps.ts";
import { createDisconnectAccount } from "./disconnect-account.ts";
import { createSweepDisconnecting } from "./sweep-disconnecting.ts";
import { createBench, type Bench, type TestCreator } from "./testing/bench.ts";

const hour = 60 * 60_000;
let bench: Bench;
beforeAll(async () => void (bench = await createBench()), 60_000);
afterAll(() => bench.close());

const begin = ({ workspaceId, accountId }: TestCreator) =>
  bench.database.inWorkspace(workspaceId, (tx) =>
    beginDisconnecting(tx, accountId, { by: { kind: "test", id: "test" } }),
  );
/** One run. Times are real unless given: 10 minutes do not pass by themselves. */
const run = ({ accountId }: TestCreator, change: { atPoint?: AtPoint } = {}) =>
  performJob(disconnectAccount, createDisconnectAccount(bench.deps({ timeScale: 1, ...change })), { accountId });
/** The time of the next look has come. */
const becomeDue = ({ accountId }: TestCreator) =>
  bench.db.sql("update social_accounts set disconnect_next_at = now() - interval '1 second' where id = $1", [
    accountId,
  ]);
const isFound = async ({ accountId }: TestCreator) =>
  (await findDisconnecting(bench.database, 1_000)).includes(accountId);
async function runUntilEnded(creator: TestCreator): Promise<number> {
  for (let runs = 1; runs <= 20; runs += 1) {
    await becomeDue(creator);
    await run(creator);
    if ((await bench.account(creator)).state === "disconnected") return runs;
  }
  throw new Error("it never ends");
}
const publication = async (id: string) => {
  const [row] = await bench.db.sql<{ status: string; next_at: Date | null; failure: { code: string } | null }>(
    "select status, next_at, failure from publications where id = $1",
    [id],
  );
  if (!row) throw new Error(`no publication ${id}`);
  return row;
};
/** Its last call was sent, and nobody knows yet what came of it. */
async function inDoubt(creator: TestCreator): Promise<string> {
  const id = await bench.publication(creator, -1);
  await bench.db.sql(
    "update publications set status = 'processing', lane = 'check', intent = '{}', wait_reason = 'asking_platform' where id = $1",
    [id],
  );
  return id;
}
const isRevoked = ({ openId }: TestCreator) =>
  bench.simulator.world.grants.find((grant) => grant.openId === openId)?.revoked;
const erased = { access_token: null, refresh_token: null };
const fault = (creator: TestCreator, mode: FaultInput["mode"], endpoint: "revoke" | "token" = "revoke", times = 1) =>
  bench.simulator.world.addFault({ endpoint, mode, openId: creator.openId, times });

test("what is cancelable is canceled at once, the grant is revoked, its tokens are erased", async () => {
  const creator = await bench.connect();
  const ids = [await bench.publication(creator, hour), await bench.publication(creator, -1)];
  expect(await begin(creator)).toBe("begun");
  for (const id of ids) expect(await publication(id)).toMatchObject({ status: "canceled", next_at: null });
  expect(await bench.account(creator)).toMatchObject({ state: "disconnecting" });
  expect(await begin(creator)).toBe("already");
  await run(creator);
  expect(await bench.account(creator)).toMatchObject({ state: "disconnected", state_cause: null });
  expect(await bench.grant(creator)).toMatchObject(erased);
  expect(isRevoked(creator)).toBe(true);
  expect(bench.calls("revoke", creator.openId)).toBe(1);
  expect(await isFound(creator)).toBe(false);
  expect(await begin(creator)).toBe("already");
  const actions = await bench.db.sql("select action from audit_log where subject = $1", [creator.accountId]);
  expect(actions).toEqual([{ action: "account.disconnected" }]);
});

test("what is in doubt is waited for, and revoked only then", async () => {
  const creator = await bench.connect();
  const id = await inDoubt(creator);
  await begin(creator);
  await run(creator);
  expect(await bench.account(creator)).toMatchObject({ state: "disconnecting" });
  expect(await publication(id)).toMatchObject({ status: "processing" });
  expect(await isFound(creator)).toBe(false);
  expect(bench.calls("revoke", creator.openId)).toBe(0);
  await bench.db.sql("update publications set status = 'published', intent = null where id = $1", [id]);
  expect(await runUntilEnded(creator)).toBe(1);
  expect(await publication(id)).toMatchObject({ status: "published", next_at: null });
});

test("what did not happen while it was waited for is canceled, not published", async () => {
  const creator = await bench.connect();
  const id = await inDoubt(creator);
  await begin(creator);
  await run(creator);
  await bench.db.sql("update publications set status = 'waiting', intent = null, lane = 'advance' where id = $1", [id]);
  await runUntilEnded(creator);
  expect(await publication(id)).toMatchObject({ status: "canceled" });
});

test("after 10 minutes what is still in doubt is a person's to look after", async () => {
  const creator = await bench.connect();
  const id = await inDoubt(creator);
  await begin(creator);
  const begun = (ago: string) =>
    bench.db.sql(`update social_accounts set state_changed_at = now() - interval '${ago}' where id = $1`, [
      creator.accountId,
    ]);
  await begun("9 minutes 50 seconds");
  await run(creator);
  expect(await publication(id)).toMatchObject({ status: "processing" });
  await begun("10 minutes 1 second");
  expect(await runUntilEnded(creator)).toBe(1);
  expect(await publication(id)).toMatchObject({ status: "needs_review", failure: { code: "account_disconnected" } });
  expect(isRevoked(creator)).toBe(true);
});

describe("revoking", () => {
  test("an expired access token is refreshed first", async () => {
    const creator = await bench.connect();
    await bench.leave(creator, { accessMs: -1 });
    bench.simulator.world.expireAccessTokens(creator.openId);
    await begin(creator);
    await run(creator);
    expect([bench.calls("token", creator.openId), isRevoked(creator)]).toEqual([1, true]);
    expect(await bench.account(creator)).toMatchObject({ state: "disconnected", state_cause: null });
  });

  test("so is one that the platform no longer takes", async () => {
    const creator = await bench.connect();
    bench.simulator.world.expireAccessTokens(creator.openId);
    await begin(creator);
    await run(creator);
    expect([bench.calls("token", creator.openId), isRevoked(creator)]).toEqual([1, true]);
    expect(await bench.account(creator)).toMatchObject({ state: "disconnected", state_cause: null });
  });

  test("a creator who has withdrawn the permission already leaves nothing to revoke", async () => {
    const creator = await bench.connect();
    bench.simulator.world.revoke(creator.openId);
    await begin(creator);
    await run(creator);
    expect(await bench.account(creator)).toMatchObject({ state: "disconnected", state_cause: null });
    expect(await bench.grant(creator)).toMatchObject(erased);
  });

  test("an account that needs reconnecting is disconnected without its dead refresh token being sent again", async () => {
    const creator = await bench.connect();
    await bench.leave(creator, { accessMs: -1 });
    const lose = "update social_accounts set state = 'needs_reconnect', state_cause = 'lost_rotation' where id = $1";
    await bench.db.sql(lose, [creator.accountId]);
    expect(await begin(creator)).toBe("begun");
    await run(creator);
    expect(await bench.account(creator)).toMatchObject({ state: "disconnected" });
    expect(await bench.grant(creator)).toMatchObject(erased);
    expect(bench.calls("token", creator.openId)).toBe(0);
  });

  test.each<FaultInput["mode"]>([
    { name: "refuse", code: "invalid_client", httpStatus: 200 },
    { name: "refuse", code: "access_denied_by_a_new_rule", httpStatus: 200 },
    { name: "errorBeforeEffect", status: 503 },
    "dropBeforeEffect",
  ])(
    "refused or unanswered for ever (%j) it is given up after 5 tries, the tokens erased, the cause kept",
    async (mode) => {
      const creator = await bench.connect();
      fault(creator, mode, "revoke", 1_000);
      await begin(creator);
      expect(await runUntilEnded(creator)).toBe(6);
      expect(bench.calls("revoke", creator.openId)).toBe(5);
      expect(await bench.account(creator)).toMatchObject({ state: "disconnected", state_cause: "revoke_unanswered" });
      expect(await bench.grant(creator)).toMatchObject(erased);
      bench.simulator.world.clearFaults();
    },
  );

  test("an unanswered one is made sure of at the next look", async () => {
    const creator = await bench.connect();
    fault(creator, "dropAfterEffect");
    await begin(creator);
    await run(creator);
    expect(await bench.account(creator)).toMatchObject({ state: "disconnecting" });
    expect(await runUntilEnded(creator)).toBe(1);
    expect(await bench.account(creator)).toMatchObject({ state: "disconnected", state_cause: null });
  });

  test("a refresh that is refused for want of an answer is tried again, and also not for ever", async () => {
    const creator = await bench.connect();
    await bench.leave(creator, { accessMs: -1 });
    fault(creator, { name: "errorBeforeEffect", status: 503 }, "token", 1_000);
    await begin(creator);
    expect(await runUntilEnded(creator)).toBe(6);
    expect(await bench.account(creator)).toMatchObject({ state: "disconnected", state_cause: "revoke_unanswered" });
    bench.simulator.world.clearFaults();
  });
});

class Crash extends Error {}

describe("a process that dies", () => {
  test.each(["claimed", "settled", "try counted", "refreshed", "revoked", "finished"])(
    "when it has %s leaves the account to the sweep, and it ends all the same",
    async (point) => {
      const creator = await bench.connect();
      const canceled = await bench.publication(creator, hour);
      bench.simulator.world.expireAccessTokens(creator.openId);
      await begin(creator);
      let reached = false;
      const atPoint: AtPoint = async (name) => {
        if (name !== point) return;
        reached = true;
        throw new Crash(name);
      };
      await expect(run(creator, { atPoint })).rejects.toThrow(Crash);
      expect(reached).toBe(true);
      if (point === "finished") return expect(await bench.account(creator)).toMatchObject({ state: "disconnected" });
      expect(await bench.account(creator)).toMatchObject({ state: "disconnecting" });
      // Not at once: it could be alive.
      await run(creator);
      expect(await bench.account(creator)).toMatchObject({ state: "disconnecting" });
      await becomeDue(creator);
      const found: string[] = [];
      const enqueue = async (_job: unknown, _payload: unknown, key: string) => void found.push(key);
      await performJob(sweepDisconnecting, createSweepDisconnecting({ ...bench.deps(), queues: { enqueue } }), {});
      expect(found).toContain(creator.accountId);
      expect(await runUntilEnded(creator)).toBe(1);
      expect(await bench.account(creator)).toMatchObject({ state: "disconnected", state_cause: null });
      expect(await bench.grant(creator)).toMatchObject(erased);
      expect(isRevoked(creator)).toBe(true);
      expect(await publication(canceled)).toMatchObject({ status: "canceled" });
    },
  );
});

describe("connecting again", () => {
  test("after the end gives the same account new tokens", async () => {
    const creator = await bench.connect();
    await begin(creator);
    await run(creator);
    expect(await bench.reconnect(creator)).toBe(creator.accountId);
    expect(await bench.account(creator)).toMatchObject({ state: "connected", state_cause: null });
    expect(await bench.deps().grants.read(creator.accountId)).toMatchObject({ accountState: "connected" });
  });

  test.each(["claimed", "settled"])(
    "while a run has %s wins: its tokens are neither revoked nor erased",
    async (point) => {
      const creator = await bench.connect();
      await begin(creator);
      const atPoint: AtPoint = async (name) => {
        if (name === point) await bench.reconnect(creator);
      };
      await run(creator, { atPoint });
      expect(await bench.account(creator)).toMatchObject({ state: "connected", state_cause: null });
      expect((await bench.grant(creator)).refresh_token).not.toBeNull();
      expect(bench.calls("revoke", creator.openId)).toBe(0);
      expect(await isFound(creator)).toBe(false);
    },
  );
});
