import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { liftHolds, placeHold, type Hold } from "./holds.ts";
import { newId } from "./ids.ts";
import { testDatabase, type TestDatabase } from "./testing/index.ts";

let db: TestDatabase;
beforeEach(async () => {
  db = await testDatabase();
});
afterEach(() => db.close());

const accountId = newId();
const app: Hold = {
  platform: "tiktok",
  scope: "app",
  failureCode: "oauth_client_refused",
  forMs: 3_600_000,
  probeEveryMs: 600_000,
};
const feature: Hold = { ...app, scope: "feature", feature: "video" };
const account: Hold = { ...app, scope: "account", accountId };
const held = () =>
  db.sql<{
    scope: string;
    until_ms: number;
    probe_ms: number;
  }>(`select scope, (extract(epoch from until - now()) * 1000)::float8 as until_ms,
    (extract(epoch from next_probe_at - now()) * 1000)::float8 as probe_ms from platform_holds order by scope, failure_code`);

test("a hold lasts as long as asked, and its first probe comes when asked", async () => {
  await placeHold(db.database, app);
  const [hold] = await held();
  expect(hold?.until_ms).toBeGreaterThan(3_500_000);
  expect(hold?.until_ms).toBeLessThanOrEqual(3_600_000);
  expect(hold?.probe_ms).toBeGreaterThan(500_000);
  expect(hold?.probe_ms).toBeLessThanOrEqual(600_000);
});

test("the same cause prolongs a hold, never shortens it, and keeps its probe", async () => {
  await placeHold(db.database, app);
  await placeHold(db.database, { ...app, forMs: 7_200_000, probeEveryMs: 1 });
  await placeHold(db.database, { ...app, forMs: 1_000 });
  const holds = await held();
  expect(holds).toHaveLength(1);
  expect(holds[0]?.until_ms).toBeGreaterThan(7_000_000);
  expect(holds[0]?.probe_ms).toBeGreaterThan(500_000);
});

test("many that meet the same refusal at once place one hold", async () => {
  await Promise.all(Array.from({ length: 8 }, () => placeHold(db.database, account)));
  expect(await held()).toHaveLength(1);
});

test("another scope, account or cause is another hold; one that has run out is not revived", async () => {
  for (const hold of [
    app,
    feature,
    account,
    { ...account, accountId: newId() },
    { ...app, failureCode: "oauth_scope_refused" },
  ])
    await placeHold(db.database, hold);
  expect(await held()).toHaveLength(5);
  await db.sql("update platform_holds set until = now() - interval '1 second'");
  await placeHold(db.database, app);
  expect(await held()).toHaveLength(6);
});

test("a successful call lifts what it has disproved and nothing else", async () => {
  const others: Hold[] = [
    { ...feature, feature: "photo" },
    { ...account, accountId: newId() },
    { ...app, platform: "instagram" },
  ];
  for (const hold of [app, feature, account, ...others]) await placeHold(db.database, hold);
  await liftHolds(db.database, { platform: "tiktok", feature: "video", accountId });
  expect((await held()).map((hold) => hold.scope)).toEqual(["account", "app", "feature"]);
});
