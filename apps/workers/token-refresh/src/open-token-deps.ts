import {
  countLosses,
  createGrants,
  loseAccount,
  placeHold,
  type Database,
  type Hold,
  type Vault,
} from "@reelay/database";
import { createRefreshGrant, type RefreshGrantDeps } from "@reelay/flows";
import type { Queues } from "@reelay/jobs";
import { createPlatforms, createTiktok } from "@reelay/platforms";
import type { Logger, Times } from "@reelay/runtime";
import type { TokenRefreshConfig } from "./config.ts";
import type { AtPoint, TokenDeps } from "./deps.ts";

/** The handlers' world, over what is open. */
export function openTokenDeps(
  config: TokenRefreshConfig,
  open: { database: Database; vault: Vault; queues: Queues; times: Times; logger: Logger; atPoint: AtPoint },
): TokenDeps {
  const { database, vault, queues, times, logger, atPoint } = open;
  const grants = createGrants({ database, vault });
  const platforms = createPlatforms([tiktokOf(config, times)]);
  const accounts: RefreshGrantDeps["accounts"] = {
    lose: (loss) => loseAccount(database, loss),
    countLosses: (query) => countLosses(database, query),
  };
  const holds = { place: (hold: Hold) => placeHold(database, hold) };
  const refreshGrant = createRefreshGrant({ grants, accounts, holds, platforms, times, logger });
  return { database, grants, refreshGrant, platforms, queues, times, atPoint };
}

function tiktokOf(config: TokenRefreshConfig, times: Times) {
  return createTiktok({
    clientKey: config.TIKTOK_CLIENT_KEY,
    clientSecret: config.TIKTOK_CLIENT_SECRET,
    wwwUrl: config.TIKTOK_WWW_URL,
    apiUrl: config.TIKTOK_API_URL,
    uploadHosts: config.TIKTOK_UPLOAD_HOSTS,
    times,
  });
}
