import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { connectAccount, getAccount, listAccounts, saveAccountProfile } from "./accounts.ts";
import { newId } from "./ids.ts";
import {
  createConnectedAccount,
  createWorkspace,
  testDatabase,
  testVault,
  type TestDatabase,
} from "./testing/index.ts";

let db: TestDatabase;
const vault = testVault();
beforeAll(async () => void (db = await testDatabase()));
afterAll(() => db.close());

const connect = (workspaceId: string, externalId: string, ownerExternalId: string | null = null) =>
  db.database.inWorkspace(workspaceId, (tx) =>
    connectAccount(tx, { workspaceId, platform: "tiktok", externalId, ownerExternalId, scopes: ["video.publish"] }),
  );

async function addPublication(
  workspaceId: string,
  accountId: string,
  row: { status: string; nextAt: string | null; waitReason?: string; dueAt?: string },
) {
  const [postId, id] = [newId(), newId()];
  await db.sql("insert into posts (id, workspace_id, created_by_kind, created_by_id) values ($1, $2, 'user', 'test')", [
    postId,
    workspaceId,
  ]);
  await db.sql(
    `insert into publications (id, workspace_id, post_id, account_id, platform, type, options, status, due_at, next_at, wait_reason, give_up_at)
     values ($1, $2, $3, $4, 'tiktok', 'tiktok_video', '{}', $5, now() + $6::interval, now() + $7::interval, $8, now() + interval '20 hours')`,
    [id, workspaceId, postId, accountId, row.status, row.dueAt ?? "-1 hour", row.nextAt, row.waitReason ?? null],
  );
  return id;
}

test("connecting the same platform account again keeps its id, makes it connected and keeps the owner unless a new one is given", async () => {
  const { workspaceId } = await createWorkspace(db.database);
  const id = await connect(workspaceId, "open-1", "user-77");
  await db.sql("update social_accounts set state = 'needs_reconnect', state_cause = 'token_revoked' where id = $1", [
    id,
  ]);
  expect(await connect(workspaceId, "open-1")).toBe(id);
  expect(await getAccount(db.database, workspaceId, id)).toMatchObject({
    state: "connected",
    stateCause: null,
    ownerExternalId: "user-77",
  });
  await connect(workspaceId, "open-1", "user-78");
  expect(await getAccount(db.database, workspaceId, id)).toMatchObject({ ownerExternalId: "user-78" });
});

test("two workspaces may connect the same platform account, and neither sees the other's", async () => {
  const [one, other] = [await createWorkspace(db.database), await createWorkspace(db.database)];
  const id = await connect(one.workspaceId, "open-2");
  expect(await connect(other.workspaceId, "open-2")).not.toBe(id);
  expect(await getAccount(db.database, other.workspaceId, id)).toBeNull();
  expect(await listAccounts(db.database, other.workspaceId, { limit: 10 })).toHaveLength(1);
});

test("reconnecting lets what waited for it move at once and gives nothing up", async () => {
  const { workspaceId } = await createWorkspace(db.database);
  const { accountId } = await createConnectedAccount(
    { database: db.database, vault },
    { workspaceId, externalId: "open-3" },
  );
  const waiting = await addPublication(workspaceId, accountId, {
    status: "waiting",
    nextAt: "1 hour",
    waitReason: "account_needs_reconnect",
  });
  const scheduled = await addPublication(workspaceId, accountId, {
    status: "scheduled",
    nextAt: "3 days",
    dueAt: "3 days",
  });
  const backingOff = await addPublication(workspaceId, accountId, {
    status: "waiting",
    nextAt: "1 hour",
    waitReason: "backoff",
  });
  const final = await addPublication(workspaceId, accountId, { status: "failed", nextAt: null });
  await connect(workspaceId, "open-3");
  const rows = await db.sql<{ id: string; given_up: boolean; movable: boolean }>(
    "select id, give_up_at is not null as given_up, next_at <= now() as movable from publications where account_id = $1",
    [accountId],
  );
  const of = (id: string) => rows.find((row) => row.id === id);
  expect(of(waiting)).toMatchObject({ given_up: false, movable: true });
  expect(of(scheduled)).toMatchObject({ given_up: false, movable: false });
  expect(of(backingOff)).toMatchObject({ given_up: false, movable: false });
  expect(of(final)).toMatchObject({ given_up: true });
});

test("the list goes page by page, newest first, and by the caller's own user", async () => {
  const { workspaceId } = await createWorkspace(db.database);
  const ids: string[] = [];
  for (const [at, owner] of ["user-1", "user-2", "user-1"].entries())
    ids.unshift(await connect(workspaceId, `open-page-${at}`, owner));
  const first = await listAccounts(db.database, workspaceId, { limit: 2 });
  expect(first.map(({ id }) => id)).toEqual(ids.slice(0, 2));
  const rest = await listAccounts(db.database, workspaceId, { limit: 2, beforeId: first[1]?.id });
  expect(rest.map(({ id }) => id)).toEqual(ids.slice(2));
  expect(await listAccounts(db.database, workspaceId, { limit: 5, ownerExternalId: "user-1" })).toHaveLength(2);
});

test("the profile that the platform tells is kept, in its own workspace alone", async () => {
  const [one, other] = [await createWorkspace(db.database), await createWorkspace(db.database)];
  const id = await connect(one.workspaceId, "open-4");
  const profile = { handle: "ida", displayName: "Ida", avatarUrl: null };
  await saveAccountProfile(db.database, other.workspaceId, id, { ...profile, handle: "intruder" });
  await saveAccountProfile(db.database, one.workspaceId, id, profile);
  expect(await getAccount(db.database, one.workspaceId, id)).toMatchObject(profile);
});
