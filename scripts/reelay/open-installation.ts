import { openDatabase, type Database } from "@reelay/database";
import { databaseConfig, parseConfig, redisConfig } from "@reelay/runtime";
import type { RedisSettings } from "@reelay/jobs";
import { CommandStop, exitCodes, type Call } from "./command.ts";
import { findInstallation, type Installation } from "./installation.ts";

const patienceMs = 10_000;

/** Runs `work` with the database of what is installed here. */
export async function withDatabase<T>(
  call: Call,
  work: (database: Database, here: Installation) => Promise<T>,
): Promise<T> {
  const here = requireInstallation(call, "DATABASE_URL");
  const { DATABASE_URL } = parseConfig(databaseConfig, here.env);
  const database = openDatabase({ url: DATABASE_URL, maxConnections: 2, transactionTimeoutMs: patienceMs });
  try {
    return await work(database, here);
  } finally {
    await database.close();
  }
}

export function redisSettings(call: Call): RedisSettings {
  const here = requireInstallation(call, "REDIS_URL");
  const { REDIS_URL, REDIS_KEY_PREFIX } = parseConfig(redisConfig, here.env);
  return { url: REDIS_URL, keyPrefix: REDIS_KEY_PREFIX };
}

export function requireInstallation({ root, env }: Call, variable: "DATABASE_URL" | "REDIS_URL"): Installation {
  const here = findInstallation(root, env);
  if (here.env[variable]) return here;
  throw new CommandStop(
    exitCodes.unreachable,
    `Nothing runs in ${here.directory}: start Reelay with \`npm start\`, or set ${variable} to that of your installation.`,
  );
}
