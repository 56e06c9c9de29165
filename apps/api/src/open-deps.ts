import { createGrants, createNotifier, createVault, openDatabase, refreshRows } from "@reelay/database";
import { createAccessToken, createRefreshGrant } from "@reelay/flows";
import { createIdentity } from "@reelay/identity";
import { openQueues } from "@reelay/jobs";
import { findFfmpeg } from "@reelay/media";
import { createOutbound } from "@reelay/outbound";
import { openPlatforms } from "@reelay/platforms";
import { createTimes } from "@reelay/runtime";
import { openStorage } from "@reelay/storage";
import type { ApiConfig } from "./config.ts";
import type { ApiDeps } from "./deps.ts";

type Given = Partial<ApiDeps> & Pick<ApiDeps, "logger" | "stopping">;

/** Opens whatever was not given; `close` closes what was opened here, and that alone. */
export async function openDeps(config: ApiConfig, given: Given): Promise<{ deps: ApiDeps; close(): Promise<void> }> {
  const { logger } = given;
  const closers: (() => Promise<unknown>)[] = [];
  const opened = <T extends { close(): Promise<void> }>(thing: T): T => {
    closers.unshift(() => thing.close());
    return thing;
  };
  const close = async () => {
    for (const closer of closers) await closer().catch((error: unknown) => logger.warn("not closed", { error }));
  };
  try {
    const times = given.times ?? createTimes(config.TIME_SCALE);
    const database =
      given.database ??
      opened(
        openDatabase({
          url: config.DATABASE_URL,
          maxConnections: config.DATABASE_MAX_CONNECTIONS,
          onConnectionError: (error) => logger.warn("database connection lost", { error }),
        }),
      );
    const vault = given.vault ?? createVault(config.TOKEN_ENCRYPTION_KEYS);
    const grants = given.grants ?? createGrants({ database, vault });
    const platforms = given.platforms ?? openPlatforms(config, times);
    const refreshGrant =
      given.refreshGrant ?? createRefreshGrant({ ...refreshRows(database), grants, platforms, times, logger });
    const deps: ApiDeps = {
      config,
      logger,
      times,
      database,
      vault,
      grants,
      platforms,
      refreshGrant,
      stopping: given.stopping,
      accessToken: given.accessToken ?? createAccessToken({ grants, refreshGrant }),
      identity:
        given.identity ??
        createIdentity({ database, secret: config.BETTER_AUTH_SECRET, publicUrl: config.PUBLIC_URL, logger }),
      queues: given.queues ?? opened(openQueues({ url: config.REDIS_URL, keyPrefix: config.REDIS_KEY_PREFIX })),
      storage: given.storage ?? (await openStorage(config)),
      ffmpeg: given.ffmpeg ?? (await findFfmpeg({ ffmpegPath: config.FFMPEG_PATH, ffprobePath: config.FFPROBE_PATH })),
      outbound: given.outbound ?? createOutbound({ allowHttp: config.MEDIA_URL_ALLOW_HTTP }),
      notifier: given.notifier ?? opened(createNotifier({ url: config.DATABASE_DIRECT_URL ?? config.DATABASE_URL })),
      now: given.now ?? (() => new Date()),
    };
    return { deps, close };
  } catch (error) {
    await close();
    throw error;
  }
}
