import { join } from "node:path";
import type { Environment } from "@reelay/runtime";
import { stateDirectory } from "../prepare/state-directory.ts";
import { postgresUrl } from "../prepare/postgres.ts";
import { redisUrl } from "../prepare/redis.ts";
import { readRunning } from "../prepare/run-record.ts";
import { readSecrets } from "../prepare/secrets.ts";
import { appEnvironment, isProduction } from "../start/environment.ts";
import { readPorts } from "../start/remembered-ports.ts";
import { simulatorCredentials } from "../start/simulator.ts";

export interface Installation {
  /** Where `npm start` keeps its state. */
  readonly directory: string;
  /** The process of `npm start` that runs here now. */
  readonly pid: number | null;
  /** It has run here before. */
  readonly hasStarted: boolean;
  /** What our apps see: the settings given, completed by what `npm start` made and runs. */
  readonly env: Environment;
  /** Where its API is; of what runs here alone. */
  readonly apiUrl: string | undefined;
  /** The simulator stands in for TikTok. */
  readonly isSimulated: boolean;
}

/** What is installed here, as the settings and the state of `npm start` say; starts and writes nothing. */
export function findInstallation(root: string, env: Environment): Installation {
  const directory = stateDirectory(root, env);
  const nothing = { directory, pid: null, hasStarted: false, env, apiUrl: undefined, isSimulated: false };
  if (isProduction(env)) return nothing;
  const secrets = readSecrets(directory);
  if (secrets === undefined) return nothing;
  const running = readRunning(directory);
  const ports = running === null ? undefined : readPorts(directory);
  const { api: apiUrl, simulator } = running?.addresses ?? {};
  const completed = appEnvironment(env, {
    databaseUrl: ports && postgresUrl({ port: ports.postgres, databasePassword: secrets.databasePassword }),
    redisUrl: ports && redisUrl({ port: ports.redis, password: secrets.redisPassword }),
    simulator: simulator && { ...simulator, ...simulatorCredentials },
    port: Number(apiUrl === undefined ? env["PORT"] || 3002 : new URL(apiUrl).port),
    mediaDirectory: join(directory, "media"),
    secrets,
  });
  return {
    directory,
    pid: running?.pid ?? null,
    hasStarted: true,
    env: completed,
    apiUrl,
    isSimulated: simulator !== undefined && !env["TIKTOK_CLIENT_KEY"],
  };
}
