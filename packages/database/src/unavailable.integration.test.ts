import { expect, test } from "@jest/globals";
import { openDatabase } from "./connect.ts";
import { testDatabase } from "./testing/index.ts";
import { isUnavailable } from "./unavailable.ts";

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

test("a Postgres that is not there is unavailable, a statement that is wrong is not", async () => {
  const gone = openDatabase({ url: "postgres://test:test@127.0.0.1:1/test", maxConnections: 2 });
  expect(isUnavailable(await failureOf(gone.ping()))).toBe(true);
  expect(isUnavailable(await failureOf(gone.asSystem((tx) => tx.$queryRaw`select 1`)))).toBe(true);
  await gone.close();

  const db = await testDatabase();
  expect(isUnavailable(await failureOf(db.database.asSystem((tx) => tx.$queryRaw`select nothing`)))).toBe(false);
  await db.close();
}, 120_000);

test("nothing that was thrown by us counts as unavailable", () => {
  expect(isUnavailable(new Error("something"))).toBe(false);
  expect(isUnavailable("text")).toBe(false);
  expect(isUnavailable(null)).toBe(false);
});
