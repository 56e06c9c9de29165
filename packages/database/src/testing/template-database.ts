import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type pg from "pg";
import { migrate } from "../migrate.ts";

export const migrationsDirectory = fileURLToPath(new URL("../../../../prisma/migrations", import.meta.url));

/** The plain role that tests log in as, like production's: no superuser, no BYPASSRLS. */
export const testRole = { name: "reelay_test", password: "reelay-test-only" } as const;

const templateLock = 7_205_399;

/** Name of a database that has every migration; made once, and anew when a migration changes. */
export async function templateDatabase(admin: pg.Client, adminUrl: string): Promise<string> {
  const name = `reelay_template_${await migrationsDigest()}`;
  await admin.query("select pg_advisory_lock($1)", [templateLock]);
  try {
    const known = await admin.query("select 1 from pg_database where datname = $1 and datistemplate", [name]);
    if (known.rowCount === 0) await buildTemplate(admin, adminUrl, name);
  } finally {
    await admin.query("select pg_advisory_unlock($1)", [templateLock]);
  }
  return name;
}

async function buildTemplate(admin: pg.Client, adminUrl: string, name: string): Promise<void> {
  await makeTestRole(admin);
  await admin.query(`drop database if exists ${name}`);
  await admin.query(`create database ${name} owner ${testRole.name}`);
  await migrate({ databaseUrl: databaseUrl(adminUrl, name), directory: migrationsDirectory });
  await admin.query(`alter database ${name} with is_template true`);
}

/** The roles belong to the whole server, so they may be there already. */
async function makeTestRole(admin: pg.Client): Promise<void> {
  await admin.query(`do $$ begin
    create role ${testRole.name} login nosuperuser nobypassrls createrole password '${testRole.password}';
  exception when duplicate_object then null; end $$`);
  for (const role of ["reelay_app", "reelay_system"]) {
    await admin.query(`do $$ begin create role ${role} nologin; exception when duplicate_object then null; end $$`);
    await admin.query(`grant ${role} to ${testRole.name} with admin option`);
    await admin.query(`grant ${role} to ${testRole.name} with inherit false`);
  }
}

/** Address of database `name` for the test role. */
export function databaseUrl(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.username = testRole.name;
  url.password = testRole.password;
  url.pathname = `/${name}`;
  return url.toString();
}

async function migrationsDigest(): Promise<string> {
  const hash = createHash("sha256");
  const entries = await readdir(migrationsDirectory, { withFileTypes: true });
  for (const { name } of entries
    .filter((entry) => entry.isDirectory())
    .toSorted((a, b) => a.name.localeCompare(b.name))) {
    hash.update(name).update(await readFile(`${migrationsDirectory}/${name}/migration.sql`));
  }
  return hash.digest("hex").slice(0, 16);
}
