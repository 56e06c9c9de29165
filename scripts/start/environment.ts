import {
  databaseConfig,
  identityConfig,
  parseConfig,
  redisConfig,
  storageConfig,
  tiktokConfig,
  vaultConfig,
  type Environment,
} from "@reelay/runtime";
import type { Secrets } from "../prepare/secrets.ts";
import { findProgram } from "../prepare/tools.ts";

export interface Started {
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly simulator: SimulatorAddress | undefined;
  readonly port: number;
  /** Of the operators' pages; absent: the default. */
  readonly dashboardPort?: number;
  readonly mediaDirectory: string;
  /** undefined in production, where nothing is generated. */
  readonly secrets: Secrets | undefined;
}

export interface SimulatorAddress {
  readonly wwwUrl: string;
  readonly apiUrl: string;
  readonly uploadUrl: string;
  readonly clientKey: string;
  readonly clientSecret: string;
}

export const isProduction = (env: Environment) => env["NODE_ENV"] === "production";

/** Throws `config_invalid`, which names every variable at once: in production nothing is generated or simulated. */
export function requireProductionEnvironment(env: Environment): void {
  const fragments = [databaseConfig, redisConfig, vaultConfig, identityConfig, storageConfig, tiktokConfig];
  const schema = fragments.reduce((all, { shape }) => all.extend(shape), databaseConfig.extend({}));
  parseConfig(schema, env);
}

/** What our apps see: `env`, completed by what was started and generated here; what is set already wins. */
export function appEnvironment(env: Environment, started: Started): Environment {
  const path = env["PATH"] ?? "";
  const { secrets, simulator } = started;
  const publicUrl = `http://localhost:${started.port}`;
  return {
    PORT: String(started.port),
    ...(started.dashboardPort !== undefined && { DASHBOARD_PORT: String(started.dashboardPort) }),
    PUBLIC_URL: publicUrl,
    DATABASE_URL: started.databaseUrl,
    REDIS_URL: started.redisUrl,
    STORAGE_DIRECTORY: started.mediaDirectory,
    ...(secrets && {
      TOKEN_ENCRYPTION_KEYS: secrets.tokenEncryptionKeys,
      BETTER_AUTH_SECRET: secrets.betterAuthSecret,
      REELAY_ADMIN_EMAIL: "admin@reelay.localhost",
      REELAY_ADMIN_PASSWORD: secrets.adminPassword,
      REELAY_BOOTSTRAP_API_KEY: secrets.apiKey,
    }),
    FFMPEG_PATH: findProgram("ffmpeg", path),
    FFPROBE_PATH: findProgram("ffprobe", path),
    ...(simulator && {
      TIKTOK_CLIENT_KEY: simulator.clientKey,
      TIKTOK_CLIENT_SECRET: simulator.clientSecret,
      TIKTOK_WWW_URL: simulator.wwwUrl,
      TIKTOK_API_URL: simulator.apiUrl,
      TIKTOK_UPLOAD_HOSTS: new URL(simulator.uploadUrl).host,
      TIKTOK_REDIRECT_URI: `${env["PUBLIC_URL"] ?? publicUrl}/tiktok-callback`,
    }),
    ...Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== "")),
  };
}
