import { databaseConfig, parseConfig, type Environment } from "@reelay/runtime";
import { appNames, type Shared } from "./apps.ts";

/**
 * One pool and one query compiler for all apps of this process, as many connections as they would have apart: opening
 * these six times takes as long as loading an app.
 */
export async function openShared(
  env: Environment,
  log: (line: string) => void,
): Promise<Shared & { close(): Promise<void> }> {
  // Loaded only now: what runs beside us has begun to start by then.
  const { openDatabase } = await import("@reelay/database");
  const { DATABASE_URL, DATABASE_MAX_CONNECTIONS } = parseConfig(databaseConfig, env);
  const database = openDatabase({
    url: DATABASE_URL,
    maxConnections: DATABASE_MAX_CONNECTIONS * appNames.length,
    onConnectionError: (error) => log(`A connection to Postgres was lost: ${error.message}`),
  });
  return { database, close: () => database.close() };
}
