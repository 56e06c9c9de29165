import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { takeBudget } from "./budgets.ts";
import { newId } from "./ids.ts";
import { testDatabase, type TestDatabase } from "./testing/index.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

const budget = (more: object = {}) => ({
  platform: "tiktok",
  scope: newId(),
  endpoint: "video/init",
  limit: 3,
  windowMs: 60_000,
  ...more,
});
const takeTimes = async (times: number, wanted: ReturnType<typeof budget>) => {
  const answers: (number | null)[] = [];
  for (let call = 0; call < times; call++) answers.push(await takeBudget(db.database, wanted));
  return answers;
};
const age = (wanted: ReturnType<typeof budget>, ms: number) =>
  db.sql(
    `update platform_budgets set taken_at = (select array_agg(t - make_interval(secs => $2::float8 / 1000)) from unnest(taken_at) t) where scope = $1`,
    [wanted.scope, ms],
  );

test("as many calls as the limit are taken, then the wait until the oldest leaves the window is told", async () => {
  const answers = await takeTimes(4, budget());
  expect(answers.slice(0, 3)).toEqual([null, null, null]);
  expect(answers[3]).toBeGreaterThan(50_000);
  expect(answers[3]).toBeLessThanOrEqual(60_000);
});

test("a refused call takes nothing: a full budget does not fill further", async () => {
  const wanted = budget();
  await takeTimes(8, wanted);
  const [row] = await db.sql<{ n: number }>(
    "select cardinality(taken_at) as n from platform_budgets where scope = $1",
    [wanted.scope],
  );
  expect(row?.n).toBe(3);
});

test("the window slides: what is older than it is free again, and forgotten", async () => {
  const wanted = budget();
  await takeTimes(3, wanted);
  await age(wanted, 60_001);
  expect(await takeBudget(db.database, wanted)).toBeNull();
  const [row] = await db.sql<{ n: number }>(
    "select cardinality(taken_at) as n from platform_budgets where scope = $1",
    [wanted.scope],
  );
  expect(row?.n).toBe(1);
});

test("of many at once exactly as many as the limit are let through", async () => {
  const wanted = budget({ limit: 5 });
  const answers = await Promise.all(Array.from({ length: 25 }, () => takeBudget(db.database, wanted)));
  expect(answers.filter((answer) => answer === null)).toHaveLength(5);
});

test("accounts, endpoints and platforms have budgets of their own", async () => {
  const wanted = budget({ limit: 1 });
  await takeTimes(2, wanted);
  for (const other of [{ scope: newId() }, { endpoint: "status/fetch" }, { platform: "instagram" }]) {
    expect(await takeBudget(db.database, { ...wanted, ...other })).toBeNull();
  }
});

test("a lowered limit counts what was taken before, and waits until enough of it has left", async () => {
  const wanted = budget();
  await takeTimes(2, wanted);
  await age(wanted, 30_000);
  await takeTimes(1, wanted);
  const wait = await takeBudget(db.database, { ...wanted, limit: 1 });
  expect(wait).toBeGreaterThan(50_000);
  expect(await takeBudget(db.database, { ...wanted, limit: 0 })).toBe(60_000);
});
