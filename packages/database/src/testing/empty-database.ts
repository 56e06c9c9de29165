import { randomBytes } from "node:crypto";
import pg from "pg";
import { databaseUrl, templateDatabase, testRole } from "./template-database.ts";
import { testServers } from "./test-servers.ts";

/** A database without any migration, owned by the test role (which the template brings); dropped by `close`. */
export async function emptyDatabase(): Promise<{ url: string; close(): Promise<void> }> {
  const server = testServers().databaseUrl;
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  await templateDatabase(admin, server);
  const name = `reelay_empty_${randomBytes(6).toString("hex")}`;
  await admin.query(`create database ${name} owner ${testRole.name}`);
  return {
    url: databaseUrl(server, name),
    async close() {
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}
