import { createGrants, refreshRows, type Database, type Vault } from "@reelay/database";
import { createRefreshGrant } from "@reelay/flows";
import type { Queues } from "@reelay/jobs";
import { openPlatforms } from "@reelay/platforms";
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
  const platforms = openPlatforms(config, times);
  const refreshGrant = createRefreshGrant({ ...refreshRows(database), grants, platforms, times, logger });
  return { database, grants, refreshGrant, platforms, queues, times, atPoint };
}
