import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "@reelay/runtime";
import type { Child } from "../prepare/child.ts";
import { startPostgres } from "../prepare/postgres.ts";
import { loadPorts } from "./remembered-ports.ts";
import { startRedis } from "../prepare/redis.ts";
import type { Secrets } from "../prepare/secrets.ts";
import type { SimulatorAddress } from "./environment.ts";
import { startSimulator } from "./simulator.ts";

export interface ServiceOptions {
  readonly root: string;
  readonly directory: string;
  readonly env: Environment;
  readonly secrets: Secrets;
  readonly simulatorOptions: Readonly<Record<string, unknown>>;
  /** The API's. */
  readonly port: number;
  readonly onChild: (child: Child) => void;
}

export interface Services {
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly simulator: SimulatorAddress | undefined;
}

/** Starts, side by side, what `env` does not name already: Postgres, Redis and the simulator. */
export async function startServices({
  root,
  directory,
  env,
  secrets,
  simulatorOptions,
  port,
  onChild,
}: ServiceOptions): Promise<Services> {
  const logs = join(directory, "logs");
  const ports = await loadPorts(directory);
  const wants = (variable: string) => !env[variable];
  const postgres = async () => {
    if (!wants("DATABASE_URL")) return undefined;
    const { child, url } = await startPostgres({
      directory: join(directory, "postgres"),
      port: ports.postgres,
      env,
      logFile: join(logs, "postgres.log"),
      postgresPassword: secrets.postgresPassword,
      databasePassword: secrets.databasePassword,
      durable: true,
    });
    onChild(child);
    return url;
  };
  const redis = async () => {
    if (!wants("REDIS_URL")) return undefined;
    const logFile = join(logs, "redis.log");
    const { child, url } = await startRedis({
      directory: join(directory, "redis"),
      port: ports.redis,
      env,
      logFile,
      password: secrets.redisPassword,
      durable: true,
    });
    onChild(child);
    return url;
  };
  const simulator = async () => {
    if (!wants("TIKTOK_CLIENT_KEY")) return undefined;
    const logFile = join(logs, "simulator.log");
    const own = join(directory, "simulator");
    mkdirSync(own, { recursive: true });
    const { child, address } = await startSimulator({
      root,
      directory: own,
      env,
      ports,
      logFile,
      webhookUrl: `http://${reachableHost(env["HOST"])}:${port}/webhooks/tiktok`,
      more: simulatorOptions,
    });
    onChild(child);
    return address;
  };
  // All settle first: whatever did start must be known to the caller before it stops everything.
  const [databaseUrl, redisUrl, address] = await Promise.allSettled([postgres(), redis(), simulator()]);
  return { databaseUrl: valueOf(databaseUrl), redisUrl: valueOf(redisUrl), simulator: valueOf(address) };
}

/** Straight to the API, past any proxy. Of an address that means every interface, the one of this machine. */
function reachableHost(host: string | undefined): string {
  if (!host || host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

function valueOf<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === "rejected") throw settled.reason;
  return settled.value;
}
