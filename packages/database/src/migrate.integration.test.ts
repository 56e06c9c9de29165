import { afterEach, beforeEach, expect, test } from "@jest/globals";
import pg from "pg";
import { migrate } from "./migrate.ts";
import { emptyDatabase, migrationsDirectory } from "./testing/index.ts";

let empty: Awaited<ReturnType<typeof emptyDatabase>>;
beforeEach(async () => {
  empty = await emptyDatabase();
});
afterEach(() => empty.close());

const run = () => migrate({ databaseUrl: empty.url, directory: migrationsDirectory });
const applied = async () => {
  const client = new pg.Client({ connectionString: empty.url });
  await client.connect();
  const { rows } = await client.query("select migration_name, finished_at is not null as finished from _prisma_migrations");
  await client.end();
  return rows;
};

test("an empty database gets every migration, and a second run changes nothing", async () => {
  const names = await run();
  expect(names).toContain("20261124000000_initial");
  expect(await run()).toEqual([]);
  expect(await applied()).toEqual(names.map((name) => ({ migration_name: name, finished: true })));
});

test("of several that migrate at once one does the work and the others wait for it", async () => {
  const runs = await Promise.all([run(), run(), run()]);
  expect(runs.flat()).toEqual(["20261124000000_initial"]);
  expect(await applied()).toHaveLength(1);
});
