import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { randomBytes } from "node:crypto";
import type { Tx } from "../connect.ts";
import { newId } from "../ids.ts";
import { insertPost } from "../posts.ts";
import {
  createConnectedAccount,
  createWorkspace,
  testDatabase,
  testVault,
  type TestDatabase,
} from "../testing/index.ts";
import { finishConversion, leaseConversion } from "./conversion-lease.ts";
import { ensureRendition, type RenditionDecision } from "./ensure-rendition.ts";
import { cancelRendition, deleteMedia, insertMedia, lockMedia } from "./media-library.ts";
import type { RenditionRow } from "./media-row.ts";
import { finishProbe, leaseProbe, rejectMedia } from "./probe-lease.ts";
import { settlePublications } from "./settle-publications.ts";
import { findOrphanedKeys } from "./standing-still.ts";

let db: TestDatabase;
let workspaceId: string;
let accountId: string;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  ({ workspaceId } = await createWorkspace(db.database));
  ({ accountId } = await createConnectedAccount({ database: db.database, vault: testVault() }, { workspaceId }));
});
afterAll(() => db.close());

const leaseMs = 60_000;
const queued = (): RenditionDecision => ({ state: "queued", plan: {} });

async function addMedia(sha256 = randomBytes(32).toString("hex")): Promise<string> {
  const id = newId();
  const file = { kind: "image", fileName: "test", contentType: "image/jpeg", sizeBytes: 1 } as const;
  await insertMedia(db.database, workspaceId, { id, ...file, sha256, storageKey: `media/${id}` });
  return id;
}

async function leasedProbe(mediaId: string) {
  const lease = await leaseProbe(db.database, { workspaceId, mediaId, leaseMs });
  if (!lease) throw new Error("no lease");
  return lease;
}
const probed = async (mediaId: string) => await finishProbe(db.database, await leasedProbe(mediaId), {}, queued);

async function ensured(tx: Tx, mediaId: string, optionsDigest = "test"): Promise<RenditionRow> {
  const [media] = await lockMedia(tx, [mediaId]);
  if (!media) throw new Error("no media");
  return (await ensureRendition(tx, media, { target: "test", options: {}, optionsDigest }, queued)).rendition;
}
const ensure = (mediaId: string, digest?: string) =>
  db.database.inWorkspace(workspaceId, (tx) => ensured(tx, mediaId, digest));

/** A post whose one publication waits for these renditions. */
async function insertWaiting(tx: Tx, renditions: readonly RenditionRow[]): Promise<string> {
  const id = newId();
  const media = renditions.map((rendition) => ({ mediaId: rendition.mediaId, renditionId: rendition.id }));
  await insertPost(tx, {
    id: newId(),
    workspaceId,
    caption: "",
    scheduledAt: null,
    latePolicy: null,
    createdBy: { kind: "test", id: "test" },
    mediaIds: [],
    publications: [
      {
        id,
        accountId,
        platform: "tiktok",
        type: "tiktok_video",
        caption: "",
        options: {},
        consent: null,
        consentDigest: "",
        dueAt: new Date(),
        status: "preparing",
        media,
      },
    ],
  });
  return id;
}
const waitFor = (...renditions: RenditionRow[]) =>
  db.database.inWorkspace(workspaceId, (tx) => insertWaiting(tx, renditions));
const statusOf = async (id: string) =>
  (await db.sql<{ status: string }>("select status from publications where id = $1", [id]))[0]?.status;

async function finish(renditionId: string) {
  const lease = await leaseConversion(db.database, { workspaceId, renditionId, leaseMs });
  if (!lease) throw new Error("no lease");
  const key = `renditions/${renditionId}`;
  const result = { storageKey: key, contentType: "video/mp4", sizeBytes: 1, sha256: "test", durationMs: 1 };
  return await finishConversion(db.database, lease, result);
}

test("a post for now that is accepted while its conversion's last transaction runs is due, not scheduled", async () => {
  const mediaId = await addMedia();
  await probed(mediaId);
  const rendition = await ensure(mediaId);
  const [due, id] = await db.database.inWorkspace(workspaceId, async (tx) => {
    await tx.$queryRaw`select 1`;
    const accepted = await waitFor(rendition);
    await tx.$executeRaw`update renditions set state = 'ready' where id = ${rendition.id}::uuid`;
    return [await settlePublications(tx, rendition.id, null), accepted];
  });
  expect(due).toBe(1);
  expect(await statusOf(id)).toBe("waiting");
});

describe("the same bytes, uploaded again after they were rejected", () => {
  test("take their rendition along, so that what waits for it is moved on", async () => {
    const sha256 = randomBytes(32).toString("hex");
    const rejected = await addMedia(sha256);
    const first = await waitFor(await ensure(rejected));
    await rejectMedia(db.database, await leasedProbe(rejected), { code: "storage_unavailable" });
    const again = await addMedia(sha256);
    const rendition = await ensure(again);
    expect(rendition).toMatchObject({ mediaId: again, state: "waiting_for_probe" });
    const second = await waitFor(rendition);

    expect(await probed(again)).toEqual({ convert: [rendition.id], due: 0 });
    expect(await finish(rendition.id)).toEqual({ due: 1 });
    expect([await statusOf(first), await statusOf(second)]).toEqual(["failed", "waiting"]);
    // The failed publication may be retried, and then needs what is now the other's.
    await db.sql("delete from publication_media where publication_id = $1", [second]);
    expect(await deleteMedia(db.database, workspaceId, again)).toEqual({ outcome: "needed" });
  });
});

describe("a publication that needs several renditions", () => {
  test("is moved on exactly once when they end at the same moment", async () => {
    const mediaId = await addMedia();
    await probed(mediaId);
    for (let round = 0; round < 20; round += 1) {
      const renditions = [await ensure(mediaId, `${round}a`), await ensure(mediaId, `${round}b`)];
      const id = await waitFor(...renditions);
      const ends = await Promise.all(renditions.map((rendition) => finish(rendition.id)));
      expect(ends.map((end) => end?.due).toSorted()).toEqual([0, 1]);
      expect(await statusOf(id)).toBe("waiting");
    }
  }, 120_000);
});

describe("a cancellation", () => {
  test("that meets a post being accepted waits for it, and is refused", async () => {
    const mediaId = await addMedia();
    await probed(mediaId);
    const { id } = await ensure(mediaId);
    let canceling: Promise<string> | undefined;
    await db.database.inWorkspace(workspaceId, async (tx) => {
      const rendition = await ensured(tx, mediaId);
      canceling = cancelRendition(db.database, workspaceId, id);
      await waitingForLock();
      await insertWaiting(tx, [rendition]);
    });
    expect(await canceling).toBe("needed");
  });

  test("takes the lease from who works on it", async () => {
    const mediaId = await addMedia();
    await probed(mediaId);
    const { id } = await ensure(mediaId);
    const lease = await leaseConversion(db.database, { workspaceId, renditionId: id, leaseMs });
    expect(await cancelRendition(db.database, workspaceId, id)).toBe("canceled");
    const result = {
      storageKey: "renditions/late",
      contentType: "video/mp4",
      sizeBytes: 1,
      sha256: "test",
      durationMs: 1,
    };
    expect(lease && (await finishConversion(db.database, lease, result))).toBeNull();
    expect(await cancelRendition(db.database, workspaceId, id)).toBe("finished");
    expect(await ensure(mediaId)).toMatchObject({ id, state: "queued", progressPercent: 0 });
  });
});

test("keys that a media or a rendition points at are no orphans", async () => {
  const mediaId = await addMedia();
  await probed(mediaId);
  const { id } = await ensure(mediaId);
  await finish(id);
  expect(await findOrphanedKeys(db.database, [`media/${mediaId}`, `renditions/${id}`, "media/none"])).toEqual([
    "media/none",
  ]);
});

/** Resolves when some connection of this database waits for a row that another holds. */
async function waitingForLock(): Promise<void> {
  const endsAt = performance.now() + 10_000;
  for (;;) {
    const rows = await db.sql(
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    if (rows.length > 0) return;
    if (performance.now() > endsAt) throw new Error("nobody waits for a lock");
  }
}
