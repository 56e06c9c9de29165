import {
  bootstrapConfig,
  databaseConfig,
  httpConfig,
  identityConfig,
  mediaConfig,
  mediaPublicConfig,
  parseConfig as parse,
  processConfig,
  redisConfig,
  storageConfig,
  tiktokConfig,
  tiktokWebhookConfig,
  uploadConfig,
  vaultConfig,
  type Environment,
} from "@reelay/runtime";
import { z } from "zod";

const apiConfig = z.object({
  ...processConfig.shape,
  ...httpConfig.shape,
  ...databaseConfig.shape,
  ...redisConfig.shape,
  ...vaultConfig.shape,
  ...storageConfig.shape,
  ...mediaConfig.shape,
  ...uploadConfig.shape,
  ...mediaPublicConfig.shape,
  ...tiktokConfig.shape,
  ...tiktokWebhookConfig.shape,
  ...identityConfig.shape,
  ...bootstrapConfig.shape,
});

export type ApiConfig = Readonly<z.output<typeof apiConfig>>;

/** Throws `config_invalid` that names every missing or malformed variable at once. */
export function parseConfig(environment: Environment): ApiConfig {
  return parse(apiConfig, environment);
}

/** The address registered at TikTok. */
export function tiktokRedirectUri(config: ApiConfig): string {
  return config.TIKTOK_REDIRECT_URI ?? config.NEXT_PUBLIC_TIKTOK_REDIRECT_URI ?? `${config.PUBLIC_URL}/tiktok-callback`;
}
