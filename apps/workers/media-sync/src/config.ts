import {
  databaseConfig,
  parseConfig as parse,
  processConfig,
  redisConfig,
  storageConfig,
  syncConfig,
  tiktokConfig,
  vaultConfig,
  type Environment,
} from "@reelay/runtime";
import { isCron } from "./next-tick.ts";

const { NIGHTLY_SYNC_CRON } = syncConfig.shape;

const schema = processConfig
  .extend(databaseConfig.shape)
  .extend(redisConfig.shape)
  .extend(storageConfig.shape)
  .extend(vaultConfig.shape)
  .extend(tiktokConfig.shape)
  .extend(syncConfig.shape)
  .extend({
    NIGHTLY_SYNC_CRON: NIGHTLY_SYNC_CRON.refine(isCron, { error: "must be a cron expression of five fields" }),
  });

export type MediaSyncConfig = ReturnType<typeof parseConfig>;

/** What this process needs to know, from its environment; throws `config_invalid` with every problem. */
export function parseConfig(environment: Environment) {
  return parse(schema, environment);
}
