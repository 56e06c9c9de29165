import {
  databaseConfig,
  mediaConfig,
  parseConfig as parse,
  processConfig,
  redisConfig,
  storageConfig,
  uploadConfig,
  type Environment,
} from "@reelay/runtime";
import type { ImportRules } from "./deps.ts";

const schema = processConfig
  .extend(databaseConfig.shape)
  .extend(redisConfig.shape)
  .extend(storageConfig.shape)
  .extend(mediaConfig.shape)
  .extend(uploadConfig.shape);

export type VideoConversionConfig = ReturnType<typeof parseConfig>;

/** What this process needs to know, from its environment; throws `config_invalid` with every problem. */
export function parseConfig(environment: Environment) {
  return parse(schema, environment);
}

export function importRules(config: VideoConversionConfig): ImportRules {
  return {
    allowedTypes: config.MEDIA_TYPES,
    maxBytes: config.MEDIA_MAX_BYTES,
    keepFreeBytes: config.STORAGE_MIN_FREE_BYTES,
    limits: { quotaBytes: config.MEDIA_QUOTA_BYTES, uploadsPerMinute: config.MEDIA_UPLOADS_PER_MINUTE },
  };
}
