import { until } from "@reelay/runtime/testing";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { migrate, migrationLock } from "./migrate.ts";
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
  const { rows } = await client.query(
    "select migration_name, finished_at is not null as finished from _prisma_migrations",
  );
  await client.end();
  return rows;
};

test("an empty database gets every migration, and a second run changes nothing", async () => {
  const names = await run();
  expect(names).toContain("20261124000000_initial");
  expect(await run()).toEqual([]);
  expect(await applied()).toEqual(names.map((name) => ({ migration_name: name, finished: true })));
});

test("a new migration is applied to a database that was up to date", async () => {
  await run();
  const directory = await mkdtemp(join(tmpdir(), "reelay-migrations-"));
  await cp(migrationsDirectory, directory, { recursive: true });
  await mkdir(join(directory, "20991231000000_later"));
  await writeFile(join(directory, "20991231000000_later", "migration.sql"), "create table later (id int);\n");
  expect(await migrate({ databaseUrl: empty.url, directory })).toEqual(["20991231000000_later"]);
  expect(await migrate({ databaseUrl: empty.url, directory })).toEqual([]);
  await rm(directory, { recursive: true });
});

test("a migration that ended half-way is not taken for applied", async () => {
  await run();
  const client = new pg.Client({ connectionString: empty.url });
  await client.connect();
  await client.query("update _prisma_migrations set finished_at = null");
  await client.end();
  await expect(run()).rejects.toThrow(/failed/);
});

test("of several that migrate at once one does the work and the others wait for it", async () => {
  const runs = await Promise.all([run(), run(), run()]);
  expect(runs.filter((names) => names.length > 0)).toHaveLength(1);
  expect(await applied()).toHaveLength(runs.flat().length);
});

test("a migration waits for the one under way elsewhere, however long that takes", async () => {
  const elsewhere = new pg.Client({ connectionString: empty.url });
  await elsewhere.connect();
  await elsewhere.query("select pg_advisory_lock($1)", [migrationLock]);
  const waiting = run();
  await until(async () => {
    const { rows } = await elsewhere.query(
      "select 1 from pg_locks where locktype = 'advisory' and objid = $1 and not granted",
      [migrationLock],
    );
    return rows.length > 0;
  });
  expect((await elsewhere.query("select to_regclass('workspaces') as table")).rows).toEqual([{ table: null }]);
  await elsewhere.end();
  expect(await waiting).toContain("20261124000000_initial");
});
