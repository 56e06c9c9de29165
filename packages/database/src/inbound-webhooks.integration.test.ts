import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  deleteOldWebhooks,
  receiveWebhook,
  settleWebhook,
  suspectedRemovals,
  unsettledWebhooks,
} from "./inbound-webhooks.ts";
import { newId } from "./ids.ts";
import { claimPublication } from "./publications/claim.ts";
import { createPublicationSteps, type PublicationSteps } from "./publications/steps.ts";
import { lockHandle } from "./publications/wake.ts";
import {
  createConnectedAccount,
  createPublication,
  createWorkspace,
  publicationAtPlatform,
  testDatabase,
  testVault,
  untilBlocked,
  type TestDatabase,
} from "./testing/index.ts";

let db: TestDatabase;
let steps: PublicationSteps;
const vault = testVault();
beforeAll(async () => {
  db = await testDatabase();
  steps = createPublicationSteps({ database: db.database, vault });
});
afterAll(() => db.close());

let numbers = 0;
const newHandle = () => `v_pub_file~v2-1.${(numbers += 1)}`;

async function connect() {
  const { workspaceId } = await createWorkspace(db.database);
  const openId = `-000${newId()}`;
  const { accountId } = await createConnectedAccount(
    { database: db.database, vault },
    { workspaceId, externalId: openId },
  );
  return { workspaceId, accountId, openId };
}
const receive = (openId: string, handle: string | null, change: { dedupeKey?: string; event?: string } = {}) =>
  receiveWebhook(db.database, {
    platform: "tiktok",
    dedupeKey: newId(),
    event: "post.publish.complete",
    externalAccountId: openId,
    handle,
    raw: Buffer.from("{}"),
    ...change,
  });
const rowOf = async (publicationId: string) => {
  const [row] = await db.sql(
    "select status, lane, version, woken_by, next_at, next_at <= now() as due from publications where id = $1",
    [publicationId],
  );
  return row;
};

describe("a webhook about a publication", () => {
  test("moves its next time to now and changes nothing else", async () => {
    const creator = await connect();
    const handle = newHandle();
    const publicationId = await publicationAtPlatform(db, creator, { handle });
    const before = await rowOf(publicationId);
    const received = await receive(creator.openId, handle);
    expect(received).toMatchObject({ outcome: "stored", matched: true, woke: true });
    expect(await rowOf(publicationId)).toEqual({
      ...before,
      next_at: expect.any(Date),
      due: true,
      woken_by: received.outcome === "stored" && received.webhookId,
    });
  });

  test("a hundred times at once is stored once and wakes once", async () => {
    const creator = await connect();
    const handle = newHandle();
    await publicationAtPlatform(db, creator, { handle });
    const dedupeKey = newId();
    const all = await Promise.all(Array.from({ length: 100 }, () => receive(creator.openId, handle, { dedupeKey })));
    expect(all.filter(({ outcome }) => outcome === "stored")).toHaveLength(1);
    expect(all.filter(({ outcome }) => outcome === "repeated")).toHaveLength(99);
    expect(await db.sql("select 1 from inbound_webhooks where handle = $1", [handle])).toHaveLength(1);
  });

  test.each([
    ["waiting to go on with its upload", "status = 'waiting', lane = 'advance', wait_reason = 'backoff'"],
    ["that is uploading", "status = 'uploading', lane = 'advance', wait_reason = null"],
    ["that has failed", "status = 'failed', next_at = null, checkpoint = null"],
    ["that was canceled", "status = 'canceled', lane = 'advance', next_at = null, checkpoint = null"],
    ["published with its address", "status = 'published', next_at = null, checkpoint = null"],
  ])("does not move one %s", async (_, set) => {
    const creator = await connect();
    const handle = newHandle();
    const publicationId = await publicationAtPlatform(db, creator, { handle, set });
    const { woken_by: _before, ...before } = (await rowOf(publicationId))!;
    expect(await receive(creator.openId, handle)).toMatchObject({ matched: true, woke: false });
    expect(await rowOf(publicationId)).toMatchObject(before);
  });

  test.each([
    ["published, its address looked for no more", "status = 'published', next_at = null"],
    ["that waits for a person", "status = 'needs_review', next_at = null"],
  ])("has one %s looked at once more", async (_, set) => {
    const creator = await connect();
    const handle = newHandle();
    const publicationId = await publicationAtPlatform(db, creator, { handle, set });
    expect(await receive(creator.openId, handle)).toMatchObject({ matched: true, woke: true });
    expect(await rowOf(publicationId)).toMatchObject({ due: true });
  });

  test("of another account does not touch it", async () => {
    const creator = await connect();
    const other = await connect();
    const handle = newHandle();
    const publicationId = await publicationAtPlatform(db, creator, { handle });
    expect(await receive(other.openId, handle)).toMatchObject({ matched: false, woke: false });
    expect(await rowOf(publicationId)).toMatchObject({ due: false, woken_by: null });
  });

  test("of an account that nobody has connected leaves no row", async () => {
    const handle = newHandle();
    expect(await receive("_000nobody", handle)).toEqual({ outcome: "unknown_account" });
    expect(await db.sql("select 1 from inbound_webhooks where handle = $1", [handle])).toEqual([]);
  });
});

describe("a webhook that comes before its handle was saved", () => {
  async function claimed() {
    const creator = await connect();
    const publicationId = await createPublication(db.database, creator, {});
    const claim = await claimPublication(db.database, {
      publicationId,
      lane: "advance",
      ownerId: newId(),
      leaseMs: 60_000,
      probeEveryMs: 60_000,
    });
    const lease = { ...claim!, holdsSlot: true };
    const save = (handle: string) =>
      steps.write(lease, {
        event: { type: "started" },
        change: { platformHandle: handle },
        checkpoint: { stage: "uploading" },
      });
    return { ...creator, publicationId, lease, save };
  }
  const stored = async (handle: string) =>
    (await db.sql<{ id: string; matched: boolean }>(
      "select id, matched_at is not null as matched from inbound_webhooks where handle = $1 order by id",
      [handle],
    ))!;

  test("waits for it and is remembered by the publication, the latest of several", async () => {
    const { openId, publicationId, save } = await claimed();
    const handle = newHandle();
    for (const event of ["post.publish.failed", "post.publish.complete"])
      expect(await receive(openId, handle, { event })).toMatchObject({ outcome: "stored", matched: false });
    await save(handle);
    const webhooks = await stored(handle);
    expect(webhooks.map(({ matched }) => matched)).toEqual([true, true]);
    expect(await rowOf(publicationId)).toMatchObject({ status: "uploading", woken_by: webhooks[1]?.id });
  });

  test("is asked about at once when the publication is handed over to whoever asks", async () => {
    const { openId, publicationId, save } = await claimed();
    const handle = newHandle();
    await receive(openId, handle);
    const lease = await save(handle);
    const wake = { seen: null, answered: false };
    await steps.write(lease, {
      event: { type: "intent_saved" },
      change: { lane: "check", nextInMs: 3_600_000, release: true, wake },
    });
    expect(await rowOf(publicationId)).toMatchObject({ status: "processing", due: true });
  });

  test("after 72 hours is not matched any more", async () => {
    const { openId, publicationId, save } = await claimed();
    const handle = newHandle();
    await receive(openId, handle);
    await db.sql("update inbound_webhooks set received_at = now() - interval '73 hours' where handle = $1", [handle]);
    await save(handle);
    expect(await stored(handle)).toMatchObject([{ matched: false }]);
    expect(await rowOf(publicationId)).toMatchObject({ woken_by: null });
  });

  test("at the very moment in which the handle is saved is not missed, whoever is first", async () => {
    const first = await claimed();
    const handle = newHandle();
    let received: Promise<unknown> = Promise.resolve();
    // The saver holds the handle's lock and its row until the webhook waits for it.
    const saving = db.database.asSystem(async (tx) => {
      await lockHandle(tx, handle);
      await tx.$executeRaw`update publications set platform_handle = ${handle}, checkpoint = 'sealed', status = 'processing', lane = 'check'
        where id = ${first.publicationId}::uuid`;
      received = receive(first.openId, handle);
      await untilBlocked(db);
    });
    await saving;
    expect(await received).toMatchObject({ matched: true, woke: true });

    const second = await claimed();
    const other = newHandle();
    const arrived = await db.database.asSystem(async (tx) => {
      await lockHandle(tx, other);
      await tx.$executeRaw`insert into inbound_webhooks (id, platform, dedupe_key, event, external_account_id, handle, raw)
        values (${newId()}::uuid, 'tiktok', ${newId()}, 'post.publish.complete', ${second.openId}, ${other}, '')`;
      const saved = second.save(other);
      await untilBlocked(db);
      return { saved };
    });
    await arrived.saved;
    expect(await stored(other)).toMatchObject([{ matched: true }]);
  });
});

describe("a webhook that comes while a worker asks", () => {
  test("is not lost: what the worker gives back is due at once", async () => {
    const creator = await connect();
    const handle = newHandle();
    const publicationId = await publicationAtPlatform(db, creator, { handle, set: "next_at = now()" });
    const wanted = { publicationId, lane: "check", ownerId: newId(), leaseMs: 60_000, probeEveryMs: 60_000 } as const;
    const claim = await claimPublication(db.database, wanted);
    expect(claim?.wokenBy).toBeNull();
    await receive(creator.openId, handle);
    const lease = { ...claim!, holdsSlot: false };
    await steps.write(lease, {
      change: { nextInMs: 3_600_000, release: true, wake: { seen: null, answered: true } },
    });
    expect(await rowOf(publicationId)).toMatchObject({ due: true, woken_by: expect.any(String) });

    const again = await claimPublication(db.database, wanted);
    const seen = again!.wokenBy;
    expect(seen).not.toBeNull();
    await steps.write(
      { ...again!, holdsSlot: false },
      { change: { nextInMs: 3_600_000, release: true, wake: { seen, answered: true } } },
    );
    expect(await rowOf(publicationId)).toMatchObject({ due: false, woken_by: null });
  });

  test("and that was not answered does not cut the next wait short", async () => {
    const creator = await connect();
    const handle = newHandle();
    const publicationId = await publicationAtPlatform(db, creator, { handle });
    await receive(creator.openId, handle);
    const wanted = { publicationId, lane: "check", ownerId: newId(), leaseMs: 60_000, probeEveryMs: 60_000 } as const;
    const claim = await claimPublication(db.database, wanted);
    const seen = claim!.wokenBy;
    await steps.write(
      { ...claim!, holdsSlot: false },
      { change: { nextInMs: 60_000, release: true, wake: { seen, answered: false } } },
    );
    expect(await rowOf(publicationId)).toMatchObject({ due: false, woken_by: seen });
  });
});

describe("a webhook about an account", () => {
  test("suspects the connected accounts of that id, in every workspace, until it is settled", async () => {
    const one = await connect();
    const { workspaceId } = await createWorkspace(db.database);
    const { accountId } = await createConnectedAccount(
      { database: db.database, vault },
      { workspaceId, externalId: one.openId },
    );
    const received = await receive(one.openId, null, { event: "authorization.removed" });
    const webhookId = received.outcome === "stored" ? received.webhookId : "";
    expect((await suspectedRemovals(db.database, webhookId)).map((suspect) => suspect.accountId)).toEqual([
      one.accountId,
      accountId,
    ]);
    await db.sql("update social_accounts set state = 'needs_reconnect' where id = $1", [accountId]);
    expect(await suspectedRemovals(db.database, webhookId)).toHaveLength(1);
    expect(await unsettledWebhooks(db.database, 60_000, 10)).not.toContain(webhookId);
    await db.sql("update inbound_webhooks set received_at = now() - interval '2 minutes' where id = $1", [webhookId]);
    expect(await unsettledWebhooks(db.database, 60_000, 10)).toContain(webhookId);
    await settleWebhook(db.database, webhookId);
    expect(await suspectedRemovals(db.database, webhookId)).toEqual([]);
    expect(await unsettledWebhooks(db.database, 60_000, 10)).not.toContain(webhookId);
  });
});

test("matched webhooks are kept for 30 days, those that nobody knows for 72 hours", async () => {
  const creator = await connect();
  await db.sql("delete from inbound_webhooks");
  const aged = async (age: string, matched: boolean) => {
    const handle = newHandle();
    if (matched) await publicationAtPlatform(db, creator, { handle });
    await receive(creator.openId, handle);
    await db.sql(`update inbound_webhooks set received_at = now() - interval '${age}' where handle = $1`, [handle]);
    return handle;
  };
  const kept = [await aged("29 days", true), await aged("71 hours", false)];
  await aged("31 days", true);
  await aged("73 hours", false);
  expect(await deleteOldWebhooks(db.database, 1)).toBe(1);
  expect(await deleteOldWebhooks(db.database, 10)).toBe(1);
  const left = await db.sql<{ handle: string }>("select handle from inbound_webhooks order by received_at");
  expect(left.map(({ handle }) => handle)).toEqual(kept);
});
