import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  createConnectedAccount,
  createLibraryPost,
  createPublication,
  createWorkspace,
  testDatabase,
  testVault,
  type TestDatabase,
} from "../testing/index.ts";

let db: TestDatabase;
beforeAll(async () => void (db = await testDatabase()), 120_000);
afterAll(() => db.close());

async function setup(handle: string) {
  const { workspaceId } = await createWorkspace(db.database, handle);
  const deps = { database: db.database, vault: testVault() };
  const owner = { workspaceId, ...(await createConnectedAccount(deps, { workspaceId, handle })) };
  await db.sql("update social_accounts set owner_external_id = $2 where id = $1", [
    owner.accountId,
    `user-of-${handle}`,
  ]);
  const read = (view: string) =>
    db.database.inWorkspace(workspaceId, (tx) =>
      tx.$queryRawUnsafe<Record<string, unknown>[]>(`select * from ${view}`),
    );
  return { owner, read };
}

test("tiktok_posts and instagram_posts carry figures, cover, handle and the customer's own user, of one's own workspace alone", async () => {
  const [mine, yours] = [await setup("mine"), await setup("yours")];
  const post = { platformPostId: "9223372036854775807", coverStorageKey: "covers/x", views: 12, likes: null };
  const id = await createLibraryPost(db, mine.owner, post);
  await createLibraryPost(db, yours.owner, { caption: "foreign" });
  await createLibraryPost(db, yours.owner, { platform: "instagram", caption: "foreign" });
  expect(await mine.read("instagram_posts")).toEqual([]);
  expect(await mine.read("tiktok_posts")).toEqual([
    expect.objectContaining({
      id,
      workspace_id: mine.owner.workspaceId,
      account_id: mine.owner.accountId,
      platform: "tiktok",
      platform_post_id: "9223372036854775807",
      account_handle: "mine",
      owner_external_id: "user-of-mine",
      cover_storage_key: "covers/x",
      cover_path: `/api/library/${id}/cover`,
      views: 12n,
      likes: null,
      published_at: new Date("2026-11-01T12:00:00Z"),
      disappeared_at: null,
    }),
  ]);
  expect(await yours.read("instagram_posts")).toEqual([
    expect.objectContaining({ cover_path: null, account_handle: "yours" }),
  ]);
});

test("scheduled_posts carries what is still to come: status, due time, handle, and what it waits for", async () => {
  const [mine, yours] = [await setup("mine"), await setup("yours")];
  const id = await createPublication(db.database, mine.owner, { dueInMs: 3_600_000 });
  const over = await createPublication(db.database, mine.owner, {});
  await db.sql("update publications set status = 'published', next_at = null where id = $1", [over]);
  await createPublication(db.database, yours.owner, { dueInMs: 3_600_000 });
  expect(await mine.read("scheduled_posts")).toEqual([
    expect.objectContaining({
      id,
      workspace_id: mine.owner.workspaceId,
      account_id: mine.owner.accountId,
      platform: "tiktok",
      status: "scheduled",
      due_at: expect.any(Date),
      wait_reason: null,
      account_handle: "mine",
      account_state: "connected",
      owner_external_id: "user-of-mine",
    }),
  ]);
});
