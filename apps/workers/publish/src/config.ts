import {
  databaseConfig,
  parseConfig as parse,
  processConfig,
  redisConfig,
  storageConfig,
  tiktokConfig,
  vaultConfig,
  type Environment,
} from "@reelay/runtime";
import { z } from "zod";

const schema = processConfig
  .extend(databaseConfig.shape)
  .extend(redisConfig.shape)
  .extend(storageConfig.shape)
  .extend(vaultConfig.shape)
  .extend(tiktokConfig.shape)
  .extend({
    /** Publications at once in this process, in each of the two lanes. */
    PUBLISH_PLACES: z.coerce.number().int().min(1).max(200).default(8),
  });

export type PublishConfig = ReturnType<typeof parsePublishConfig>;

/** What this process needs to know, from its environment; throws `config_invalid` with every problem. */
export function parsePublishConfig(environment: Environment) {
  return parse(schema, environment);
}
