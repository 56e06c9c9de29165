export {
  bootstrapConfig,
  dashboardConfig,
  databaseConfig,
  httpConfig,
  identityConfig,
  mediaConfig,
  mediaPublicConfig,
  processConfig,
  publishConfig,
  redisConfig,
  storageConfig,
  switchesConfig,
  syncConfig,
  tiktokConfig,
  tiktokWebhookConfig,
  uploadConfig,
  vaultConfig,
} from "./config-fragments.ts";
export { createLogger, silentLogger, type LogFields, type LogLevel, type Logger } from "./logger.ts";
export { parseConfig, type Environment } from "./parse-config.ts";
export { isPublicAddress } from "./public-address.ts";
export { redact } from "./redact.ts";
export { currentContext, runInContext, type RunContext } from "./request-context.ts";
export { createTimes, type Times } from "./times.ts";
export { runProcess } from "./run-process.ts";
export type { Running } from "./until-stopped.ts";
