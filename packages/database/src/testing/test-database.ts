import { randomBytes } from "node:crypto";
import pg from "pg";
import { openDatabase, type Database } from "../connect.ts";
import { databaseUrl, templateDatabase } from "./template-database.ts";
import { testServers } from "./test-servers.ts";

export interface TestDatabase {
  /** Address for a process that is to use this database. */
  readonly url: string;
  readonly database: Database;
  /** One statement as an administrator, past row-level security: for arranging and for assertions. */
  sql<Row extends object = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** A database of one's own, cloned from the migrated template; dropped by `close`. */
export async function testDatabase(): Promise<TestDatabase> {
  const { databaseUrl: adminUrl } = testServers();
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  const name = `reelay_test_${randomBytes(6).toString("hex")}`;
  const template = await templateDatabase(admin, adminUrl);
  await admin.query(`create database ${name} template ${template}`);
  const url = databaseUrl(adminUrl, name);
  const database = openDatabase({ url, maxConnections: 10 });
  const inside = new URL(adminUrl);
  inside.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: inside.toString(), max: 2 });
  pool.on("error", () => undefined);
  return {
    url,
    database,
    sql: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
      (await pool.query<Row>(text, [...values])).rows,
    async close() {
      await Promise.all([database.close(), pool.end()]);
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}

/** Redis with keys of one's own. */
export function testRedis(): { url: string; keyPrefix: string } {
  return { url: testServers().redisUrl, keyPrefix: `test-${randomBytes(6).toString("hex")}` };
}
