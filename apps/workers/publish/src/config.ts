import {
  databaseConfig,
  parseConfig as parse,
  processConfig,
  publishConfig,
  redisConfig,
  storageConfig,
  switchesConfig,
  tiktokConfig,
  vaultConfig,
  type Environment,
} from "@reelay/runtime";

const schema = processConfig
  .extend(databaseConfig.shape)
  .extend(redisConfig.shape)
  .extend(storageConfig.shape)
  .extend(vaultConfig.shape)
  .extend(tiktokConfig.shape)
  .extend(publishConfig.shape)
  .extend(switchesConfig.shape);

export type PublishConfig = ReturnType<typeof parsePublishConfig>;

/** What this process needs to know, from its environment; throws `config_invalid` with every problem. */
export function parsePublishConfig(environment: Environment) {
  return parse(schema, environment);
}
