import { untilDone } from "@reelay/runtime/testing";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { beat, findOverdue, newId, placeHold } from "@reelay/database";
import { createConnectedAccount, createPublication, createWorkspace, testVault } from "@reelay/database/testing";
import { openQueues, probeMedia } from "@reelay/jobs";
import { startTestDashboard, type TestDashboard } from "./testing/start-test-dashboard.ts";

let on: TestDashboard;
let cookie: string;
let accountId: string;
let workspaceId: string;
beforeAll(async () => {
  on = await startTestDashboard();
  cookie = await on.signIn(on.operator);
  const { database } = on.db;
  ({ workspaceId } = await createWorkspace(database, `<b>Studio</b> "Nord"`));
  ({ accountId } = await createConnectedAccount(
    { database, vault: testVault() },
    { workspaceId, handle: "studio.nord" },
  ));
});
afterAll(() => on?.close());

/** The page's text, row by row. */
async function page(language = "en"): Promise<string> {
  const answer = await on.ask(`/?lang=${language}`, { cookie });
  expect(answer.status).toBe(200);
  return (await answer.text())
    .replaceAll(/<\/(tr|p|h2)>/g, "\n")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/[^\S\n]+/g, " ");
}
const rowOf = (text: string, word: string) => text.split("\n").find((line) => line.includes(word)) ?? "";
const post = (path: string) => on.ask(path, { method: "POST", cookie });

const removePublications = () => on.db.sql("truncate publications cascade");

test("of a queue: what is in it, who takes from it, and that nobody does", async () => {
  const queues = openQueues(on.redis);
  await untilDone(() => queues.ping());
  await queues.enqueue(probeMedia, { mediaId: newId(), workspaceId }, "waiting");
  await queues.close();
  const worker = { id: newId(), name: "video-conversion", queues: ["probe-media"], places: 7 };
  await beat(on.db.database, worker);
  await beat(on.db.database, { ...worker, id: newId() });
  const text = await page();
  expect(rowOf(text, "probe-media")).toMatch(/probe-media 1 0 0 0 \d+ secs? 0 done, 0 failed 2 14/);
  expect(rowOf(text, "convert-media")).toContain("no living worker 0");
  await on.db.sql("update workers set seen_at = now() - interval '21 seconds'");
  expect(rowOf(await page(), "probe-media")).toContain("no living worker 0");
});

test("a late publication is listed with what keeps it, and called overdue when nothing does", async () => {
  const { database } = on.db;
  const id = await createPublication(database, { workspaceId, accountId }, { dueInMs: -600_000 });
  await on.db.sql("update publications set next_at = due_at where id = $1", [id]);
  const row = rowOf(await page(), id);
  expect(row).toContain("studio.nord");
  expect(row).toContain("10 mins may move, and nobody takes it");
  expect(row).toContain("&#60;b&#62;Studio");
  await on.db.sql("update social_accounts set paused = true");
  expect(rowOf(await page("fr"), id)).toContain("en pause");
  expect(await findOverdue(database, 120_000)).toBeNull();
  await on.db.sql("update social_accounts set paused = false");
  await removePublications();
  expect(await page()).toContain("No publication is more than two minutes late.");
});

test("what is in doubt, and accounts that need reconnecting with their cause", async () => {
  const { database } = on.db;
  const id = await createPublication(database, { workspaceId, accountId }, { dueInMs: -1_000 });
  await on.db.sql("update publications set status = 'processing', intent = '{}', lane = 'check' where id = $1", [id]);
  await on.db.sql("update social_accounts set state = 'needs_reconnect', state_cause = 'lost_rotation'");
  const text = await page();
  expect(text).toContain("1 being asked about at the platform, 0 waiting for a person to review.");
  expect(rowOf(text, "an answer with new tokens was lost")).toContain("studio.nord");
  await on.db.sql("update social_accounts set state = 'connected', state_cause = null");
  await removePublications();
});

describe("an operator", () => {
  test("pauses and resumes the installation, and reads what it is", async () => {
    expect(await page()).toContain("Publishing runs.");
    expect((await post("/pause?lang=fr")).headers.get("location")).toBe("/?lang=fr");
    expect(await page("fr")).toContain("La publication est en pause");
    expect(await on.db.sql("select paused from installation")).toEqual([{ paused: true }]);
    await post("/resume");
    expect(await on.db.sql("select paused from installation")).toEqual([{ paused: false }]);
    await on.db.sql("update installation set reconcile_only = true");
    expect(await page()).toContain("REELAY_RECONCILE_ONLY");
    await on.db.sql("update installation set reconcile_only = false");
  });

  test("lifts a hold: it is gone, and what waited for it is due", async () => {
    const { database } = on.db;
    const id = await createPublication(database, { workspaceId, accountId }, {});
    await on.db.sql(
      "update publications set status = 'waiting', wait_reason = 'hold', next_at = now() + interval '1 hour' where id = $1",
      [id],
    );
    await placeHold(database, {
      platform: "tiktok",
      scope: "feature",
      feature: "tiktok_video",
      failureCode: "app_unaudited",
      forMs: 86_400_000,
      probeEveryMs: 3_600_000,
    });
    const [hold] = await on.db.sql<{ id: string }>("select id from platform_holds");
    expect(rowOf(await page(), "app_unaudited")).toContain("tiktok · feature · tiktok_video");
    expect((await post(`/holds/${newId()}/lift`)).status).toBe(404);
    expect((await post("/holds/1/lift")).status).toBe(404);
    expect((await post(`/holds/${hold?.id}/lift`)).status).toBe(303);
    expect(await page()).toContain("No platform is held.");
    expect(await on.db.sql("select next_at <= now() as due from publications where id = $1", [id])).toEqual([
      { due: true },
    ]);
  });
});

test("without Redis the page says so, and shows what Postgres knows", async () => {
  const alone = await startTestDashboard({ environment: { REDIS_URL: "redis://127.0.0.1:1" } });
  const session = await alone.signIn(alone.operator);
  const answer = await alone.ask("/?lang=en", { cookie: session });
  expect(answer.status).toBe(200);
  const text = await answer.text();
  expect(text).toContain("Redis does not answer");
  expect(text).toContain("Publishing runs.");
  expect((await alone.ask("/queues/api/queues", { cookie: session })).status).toBe(503);
  await alone.close();
});
