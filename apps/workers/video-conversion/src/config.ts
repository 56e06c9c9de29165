import {
  databaseConfig,
  mediaConfig,
  parseConfig as parse,
  processConfig,
  redisConfig,
  storageConfig,
  type Environment,
} from "@reelay/runtime";

const schema = processConfig
  .extend(databaseConfig.shape)
  .extend(redisConfig.shape)
  .extend(storageConfig.shape)
  .extend(mediaConfig.shape);

export type VideoConversionConfig = ReturnType<typeof parseConfig>;

/** What this process needs to know, from its environment; throws `config_invalid` with every problem. */
export function parseConfig(environment: Environment) {
  return parse(schema, environment);
}
