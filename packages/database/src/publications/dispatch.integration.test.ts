import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import {
  createConnectedAccount,
  createPublication,
  createWorkspace,
  testDatabase,
  testVault,
  untilBlocked,
  type PublicationWish,
  type TestDatabase,
} from "../testing/index.ts";
import { newId } from "../ids.ts";
import { beat } from "../workers.ts";
import { placeHold } from "../holds.ts";
import { claimPublication, renewLease } from "./claim.ts";
import { closeStuck } from "./close-stuck.ts";
import { dispatchDue, freePlaces, nextDueInMs } from "./dispatch.ts";
import { createPublicationSteps } from "./steps.ts";
import { LeaseLost } from "./write.ts";

const vault = testVault();
const leaseMs = 60_000;
const probeEveryMs = 3_600_000;
let db: TestDatabase;
jest.setTimeout(30_000);

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(async () => await db.close());
beforeEach(async () => {
  await db.sql(
    "update publications set next_at = case when status = 'preparing' then null else now() + interval '1 day' end where status not in ('failed','canceled','needs_review')",
  );
  await db.sql("update publications set lease_until = null, dispatched_until = null, give_up_at = null");
  await db.sql("delete from workers");
  await db.sql("delete from platform_holds");
  await db.sql("update installation set paused = false, reconcile_only = false");
});

async function account(workspaceId?: string) {
  const workspace = workspaceId ?? (await createWorkspace(db.database)).workspaceId;
  const { accountId } = await createConnectedAccount({ database: db.database, vault }, { workspaceId: workspace });
  return { workspaceId: workspace, accountId };
}
type Creator = Awaited<ReturnType<typeof account>>;
const publication = (creator: Creator, wish: Partial<PublicationWish> = {}) =>
  createPublication(db.database, creator, { storageKey: "test", ...wish });
const dispatch = async (places: number, lane: "advance" | "check" = "advance") =>
  (await dispatchDue(db.database, { lane, places, visibleAfterMs: 20_000 })) ?? [];
const idsOf = (dispatched: readonly { publicationId: string }[]) =>
  dispatched.map(({ publicationId }) => publicationId);
const claim = (publicationId: string, lane: "advance" | "check" = "advance") =>
  claimPublication(db.database, { publicationId, lane, ownerId: newId(), leaseMs, probeEveryMs });

describe("dispatching", () => {
  test("a workspace alone gets every place, one of each account, oldest first", async () => {
    const first = await account();
    const accounts = [first, ...(await Promise.all([1, 2, 3].map(() => account(first.workspaceId))))];
    const old = await Promise.all(accounts.map((one) => publication(one, { dueInMs: -2_000 })));
    await Promise.all(accounts.map((one) => publication(one, { dueInMs: -1_000 })));
    expect(idsOf(await dispatch(10)).sort()).toEqual(old.sort());
    expect(await dispatch(10)).toEqual([]);
  });

  test("no workspace takes more than half of the places while another has something due", async () => {
    const busy = await account();
    const others = await Promise.all([1, 2, 3, 4, 5].map(() => account(busy.workspaceId)));
    await Promise.all([busy, ...others].map((one) => publication(one, { dueInMs: -60_000 })));
    const quiet = await account();
    const late = await publication(quiet, { dueInMs: -1 });
    const dispatched = await dispatch(4);
    expect(idsOf(dispatched)).toContain(late);
    expect(dispatched.filter(({ workspaceId }) => workspaceId === busy.workspaceId)).toHaveLength(2);
  });

  test("with one place, a quiet workspace waits for one turn of each busy one, not for their backlog", async () => {
    const busy = await Promise.all([1, 2, 3].map(() => account()));
    for (const one of busy) {
      const more = await Promise.all([1, 2].map(() => account(one.workspaceId)));
      await Promise.all([one, ...more].map((each) => publication(each, { dueInMs: -60_000 })));
    }
    const quiet = await publication(await account(), { dueInMs: -1 });
    const served: string[] = [];
    while (!served.includes(quiet)) {
      const [next] = await dispatch(1);
      if (!next) throw new Error("nothing was dispatched");
      served.push(next.publicationId);
      await db.sql(
        "update publications set dispatched_until = null, next_at = now() + interval '1 day' where id = $1",
        [next.publicationId],
      );
    }
    expect(served.length).toBeLessThanOrEqual(4);
  });

  test("rows are taken in the order in which everybody locks them, so that nobody waits in a circle", async () => {
    const creators = await Promise.all(Array.from({ length: 12 }, () => account()));
    const made = await Promise.all(creators.map((one, index) => publication(one, { dueInMs: -1_000 - index })));
    const [lowest, ...others] = made.toSorted();
    const dispatched = await db.database.asSystem(async (tx) => {
      await tx.$queryRaw`select id from publications where id = ${lowest}::uuid for update`;
      const dispatching = dispatch(20);
      await untilBlocked(db);
      await tx.$queryRaw`select id from publications where id = any(${others}::uuid[]) order by id for update`;
      return { dispatching };
    });
    expect(idsOf(await dispatched.dispatching).toSorted()).toEqual(made.toSorted());
  });

  test("two dispatchers at once never hand out the same publication twice", async () => {
    const mine = await Promise.all(Array.from({ length: 12 }, async () => publication(await account())));
    const rounds = await Promise.all(Array.from({ length: 6 }, () => dispatch(4)));
    rounds.push(await dispatch(12), await dispatch(12), await dispatch(12));
    const handedOut = rounds.flatMap(idsOf);
    expect(new Set(handedOut).size).toBe(handedOut.length);
    expect(handedOut.sort()).toEqual(mine.sort());
  });

  test("a dispatched publication whose job was lost is handed out again, under a new ticket", async () => {
    const id = await publication(await account());
    const [first] = await dispatch(1);
    expect(await dispatch(1)).toEqual([]);
    await db.sql("update publications set dispatched_until = now() - interval '1 second' where id = $1", [id]);
    const [second] = await dispatch(1);
    expect([first?.publicationId, second?.publicationId]).toEqual([id, id]);
    expect(second?.ticket).toBe((first?.ticket ?? 0) + 1);
  });

  test("a publication before its time is nobody's, and its time is known", async () => {
    const id = await publication(await account(), { dueInMs: 3_600_000 });
    expect(idsOf(await dispatch(10))).not.toContain(id);
    expect(await nextDueInMs(db.database)).toBeLessThanOrEqual(3_600_000);
    expect(await claim(id)).toBeNull();
  });

  test("places are those of living workers, less the work of each lane by who does it", async () => {
    const queues = ["advance-publication", "check-publication"];
    await beat(db.database, { id: newId(), name: "publish", queues, places: 4 });
    const dead = newId();
    await beat(db.database, { id: dead, name: "publish", queues, places: 4 });
    await db.sql("update workers set seen_at = now() - interval '1 minute' where id = $1", [dead]);
    const claimed = await claim(await publication(await account()));
    // Its row has gone over to the other lane, but the worker is still at it.
    await db.sql("update publications set lane = 'check', status = 'processing' where id = $1", [
      claimed?.publicationId,
    ]);
    const free = (lane: "advance" | "check") =>
      freePlaces(db.database, { lane, queue: `${lane}-publication`, aliveWithinMs: 20_000 });
    expect(await free("advance")).toEqual({ free: 3, processes: 1 });
    expect(await free("check")).toEqual({ free: 4, processes: 1 });
  });
});

describe("what may move", () => {
  test.each([
    ["the installation is paused", "update installation set paused = true"],
    ["the workspace is paused", "update workspaces set paused = true where id = $1"],
    ["the account is paused", "update social_accounts set paused = true where workspace_id = $1"],
    [
      "the account needs to be reconnected",
      "update social_accounts set state = 'needs_reconnect' where workspace_id = $1",
    ],
    ["the account is being disconnected", "update social_accounts set state = 'disconnecting' where workspace_id = $1"],
    ["a rendition is not ready", "update renditions set state = 'converting' where workspace_id = $1"],
    [
      "the account's slot is taken",
      "update social_accounts set slot_until = now() + interval '1 minute' where workspace_id = $1",
    ],
    ["its lease is live", "update publications set lease_until = now() + interval '1 minute' where workspace_id = $1"],
    ["only reconciling is allowed", "update installation set reconcile_only = true"],
  ])("nothing begins while %s, neither by dispatch nor by claim", async (_why, sql) => {
    const creator = await account();
    const id = await publication(creator);
    await db.sql(sql, sql.includes("$1") ? [creator.workspaceId] : []);
    expect(idsOf(await dispatch(50))).not.toContain(id);
    expect(await claim(id)).toBeNull();
  });

  test("a disconnecting account and a reconcile-only installation are still asked about what was sent", async () => {
    const creator = await account();
    const id = await publication(creator);
    await db.sql("update publications set status = 'processing', lane = 'check' where id = $1", [id]);
    await db.sql("update social_accounts set state = 'disconnecting' where id = $1", [creator.accountId]);
    await db.sql("update installation set reconcile_only = true");
    expect(idsOf(await dispatch(5, "check"))).toContain(id);
    expect(await claim(id, "check")).not.toBeNull();
  });

  test("a late job finds nothing to do: claimed by another, other lane, or ended", async () => {
    const id = await publication(await account());
    expect(await claim(id, "check")).toBeNull();
    expect(await claim(id)).not.toBeNull();
    expect(await claim(id)).toBeNull();
  });

  test("an account is at work on one publication at a time, and free again when its lease has run out", async () => {
    const creator = await account();
    const [first, second] = [await publication(creator), await publication(creator)];
    expect(await claim(first)).not.toBeNull();
    expect(await claim(second)).toBeNull();
    await db.sql("update publications set lease_until = now() - interval '1 second' where id = $1", [first]);
    await db.sql("update social_accounts set slot_until = now() - interval '1 second' where id = $1", [
      creator.accountId,
    ]);
    expect(await claim(second)).not.toBeNull();
  });

  test("of many claims at once one wins, and it alone holds the slot", async () => {
    const creator = await account();
    const ids = await Promise.all([1, 2, 3, 4].map(() => publication(creator)));
    const claims = await Promise.all([...ids, ...ids].map((id) => claim(id)));
    expect(claims.filter((one) => one !== null)).toHaveLength(1);
  });

  test.each(["app", "feature", "account"] as const)(
    "a hold of scope %s lets one claim through in an hour",
    async (scope) => {
      const creator = await account();
      const other = await account(creator.workspaceId);
      const ids = [await publication(creator), await publication(scope === "account" ? creator : other)];
      const hold = {
        platform: "tiktok",
        scope,
        failureCode: "app_unaudited",
        forMs: 86_400_000,
        probeEveryMs,
      } as const;
      await placeHold(db.database, {
        ...hold,
        ...(scope === "feature" && { feature: "tiktok_video" }),
        ...(scope === "account" && { accountId: creator.accountId }),
      });
      expect(await dispatch(10)).toEqual([]);
      await db.sql("update platform_holds set next_probe_at = now() - interval '1 second'");
      const claims = await Promise.all(ids.map((id) => claim(id)));
      expect(claims.filter((one) => one !== null).map((one) => one?.isProbe)).toEqual([true]);
    },
  );

  test("a hold on an account does not keep us from asking about what was sent", async () => {
    const creator = await account();
    const id = await publication(creator);
    await db.sql("update publications set status = 'processing', lane = 'check' where id = $1", [id]);
    await placeHold(db.database, {
      platform: "tiktok",
      scope: "account",
      accountId: creator.accountId,
      failureCode: "creator_cap_reached",
      forMs: 86_400_000,
      probeEveryMs,
    });
    expect((await claim(id, "check"))?.isProbe).toBe(false);
  });
});

describe("the lease", () => {
  const steps = () => createPublicationSteps({ database: db.database, vault });

  test("and the slot are renewed together and given back together", async () => {
    const creator = await account();
    const claimed = await claim(await publication(creator));
    if (!claimed) throw new Error("not claimed");
    const lease = { ...claimed, holdsSlot: true };
    const until = async () => {
      const [row] = await db.sql<{ lease: Date; slot: Date }>(
        "select p.lease_until as lease, a.slot_until as slot from publications p join social_accounts a on a.id = p.account_id where p.id = $1",
        [claimed.publicationId],
      );
      return row;
    };
    expect(await renewLease(db.database, lease, 600_000)).toBe(true);
    const renewed = await until();
    expect(renewed?.slot).toEqual(renewed?.lease);
    await steps().write(lease, { change: { renewLeaseMs: 900_000 } });
    const again = await until();
    expect(Math.abs(Number(again?.slot) - Number(again?.lease))).toBeLessThan(1_000);
    expect(Number(again?.slot)).toBeGreaterThan(Number(renewed?.slot) + 200_000);
    await steps().write(lease, { change: { nextInMs: 0, release: true } });
    expect(await until()).toEqual({ lease: null, slot: null });
  });

  test("that has run out is not renewed and writes nothing, even when nobody took it", async () => {
    const claimed = await claim(await publication(await account()));
    if (!claimed) throw new Error("not claimed");
    const lease = { ...claimed, holdsSlot: true };
    await db.sql("update publications set lease_until = now() - interval '1 millisecond' where id = $1", [
      claimed.publicationId,
    ]);
    expect(await renewLease(db.database, lease, leaseMs)).toBe(false);
    await expect(steps().write(lease, { event: { type: "started" }, change: {} })).rejects.toThrow(LeaseLost);
  });

  test("of an older claim writes nothing once a newer one has it", async () => {
    const creator = await account();
    const id = await publication(creator);
    const old = await claim(id);
    await db.sql("update publications set lease_until = now() - interval '1 second' where id = $1", [id]);
    await db.sql("update social_accounts set slot_until = now() - interval '1 second' where id = $1", [
      creator.accountId,
    ]);
    const young = await claim(id);
    if (!old || !young) throw new Error("not claimed");
    await expect(
      steps().write({ ...old, holdsSlot: true }, { event: { type: "started" }, change: {} }),
    ).rejects.toThrow(LeaseLost);
    const after = await steps().write({ ...young, holdsSlot: true }, { event: { type: "started" }, change: {} });
    expect([after.status, after.version]).toEqual(["uploading", young.version + 1]);
  });
});

describe("closing what cannot move", () => {
  const statusOf = async (id: string) =>
    (
      await db.sql<{ status: string; failure: { code: string } }>(
        "select status, failure from publications where id = $1",
        [id],
      )
    )[0];

  test("a failed rendition fails its publication before its time", async () => {
    const id = await publication(await account(), { rendition: "failed", dueInMs: 3_600_000 });
    await closeStuck(db.database);
    expect(await statusOf(id)).toMatchObject({ status: "failed", failure: { code: "conversion_failed" } });
  });

  test.each([
    ["failed", "waiting", "advance"],
    ["failed", "uploading", "advance"],
    ["needs_review", "processing", "check"],
  ])("an account lost past the give-up time: %s when it was %s", async (becomes, status, lane) => {
    const creator = await account();
    const id = await publication(creator);
    await db.sql(
      "update publications set status = $2, lane = $3, give_up_at = now() - interval '1 second' where id = $1",
      [id, status, lane],
    );
    await closeStuck(db.database);
    expect((await statusOf(id))?.status).toBe(status);
    await db.sql("update social_accounts set state = 'needs_reconnect' where id = $1", [creator.accountId]);
    await closeStuck(db.database);
    expect(await statusOf(id)).toMatchObject({ status: becomes, failure: { code: "account_lost" } });
  });

  test("lateness of our own closes nothing", async () => {
    const id = await publication(await account(), { dueInMs: -30 * 86_400_000 });
    await closeStuck(db.database);
    expect((await statusOf(id))?.status).toBe("waiting");
  });
});
