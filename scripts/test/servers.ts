import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "@reelay/runtime";
import type { Child } from "../prepare/child.ts";
import { freePort } from "../prepare/ports.ts";
import { startPostgres } from "../prepare/postgres.ts";
import { startRedis } from "../prepare/redis.ts";

export interface TestServers {
  readonly directory: string;
  /** Tells the tests where the servers are. */
  readonly env: Environment;
  stop(): Promise<void>;
}

/** A throwaway Postgres and Redis for the tests: fast, and gone afterwards with everything in them. */
export async function startTestServers(env: Environment): Promise<TestServers> {
  const directory = mkdtempSync(join(tmpdir(), "reelay-test-"));
  chmodSync(directory, 0o711);
  const children: Child[] = [];
  const stop = async () => {
    await Promise.all(children.map((child) => child.stop()));
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const password = randomBytes(12).toString("hex");
    const postgres = await startPostgres({
      directory: join(directory, "postgres"),
      port: await freePort(),
      env,
      logFile: join(directory, "postgres.log"),
      postgresPassword: password,
      databasePassword: password,
      durable: false,
    });
    children.push(postgres.child);
    const logFile = join(directory, "redis.log");
    const redis = await startRedis({
      directory: join(directory, "redis"),
      port: await freePort(),
      env,
      logFile,
      password,
      durable: false,
    });
    children.push(redis.child);
    return { directory, env: { TEST_DATABASE_URL: postgres.superuserUrl, TEST_REDIS_URL: redis.url }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
