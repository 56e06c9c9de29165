import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { openDatabase } from "@reelay/database";
import { freePort } from "./ports.ts";
import { startPostgres, type Postgres } from "./postgres.ts";

const directory = mkdtempSync(join(tmpdir(), "reelay-postgres-"));
chmodSync(directory, 0o711);
const started: Postgres[] = [];
afterAll(async () => {
  for (const { child } of started) await child.stop();
  rmSync(directory, { recursive: true, force: true });
});

const start = async () => {
  const postgres = await startPostgres({
    directory: join(directory, "postgres"),
    port: await freePort(),
    env: {},
    logFile: join(directory, "postgres.log"),
    postgresPassword: "test-postgres-password",
    databasePassword: "test-database-password",
    durable: true,
  });
  started.push(postgres);
  return postgres;
};

test("our role is no superuser, and a killed Postgres starts again with what was committed", async () => {
  const first = await start();
  const before = openDatabase({ url: first.url, maxConnections: 2 });
  const role = await before.prisma
    .$queryRaw`select current_user::text as name, rolsuper, rolbypassrls, rolinherit from pg_roles where rolname = current_user`;
  expect(role).toEqual([{ name: "reelay", rolsuper: false, rolbypassrls: false, rolinherit: false }]);
  await before.prisma.$executeRaw`create table kept (n int)`;
  await before.close();
  first.child.kill("SIGKILL");
  expect(await first.child.ended).toBe("was ended by SIGKILL");

  const second = await start();
  const after = openDatabase({ url: second.url, maxConnections: 2 });
  expect(await after.prisma.$queryRaw`select count(*)::int as rows from kept`).toEqual([{ rows: 0 }]);
  await after.close();
  await second.child.stop();
  expect(await second.child.ended).toBe("ended with code 0");
}, 120_000);
