import {
  databaseConfig,
  parseConfig as parse,
  processConfig,
  redisConfig,
  tiktokConfig,
  vaultConfig,
  type Environment,
} from "@reelay/runtime";

const schema = processConfig
  .extend(databaseConfig.shape)
  .extend(redisConfig.shape)
  .extend(vaultConfig.shape)
  .extend(tiktokConfig.shape);

export type TokenRefreshConfig = ReturnType<typeof parseConfig>;

/** What this process needs to know, from its environment; throws `config_invalid` with every problem. */
export function parseConfig(environment: Environment) {
  return parse(schema, environment);
}
