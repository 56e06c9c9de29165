import {
  beat,
  checkKeys,
  createGrants,
  createVault,
  forgetOtherRules,
  leave,
  newId,
  openDatabase,
  refreshRows,
  type Database,
} from "@reelay/database";
import { backoffMs } from "@reelay/domain";
import { createAccessToken, createRefreshGrant } from "@reelay/flows";
import {
  cacheMedia,
  logAttempt,
  openQueues,
  runWorker,
  sweepDueAccounts,
  syncAccount,
  type AttemptReport,
} from "@reelay/jobs";
import { openPlatforms } from "@reelay/platforms";
import { createLogger, createTimes, type Logger, type Running } from "@reelay/runtime";
import { openStorage } from "@reelay/storage";
import { createCacheMedia } from "./cache-media.ts";
import type { MediaSyncConfig } from "./config.ts";
import { syncBudgets, type SyncDeps } from "./deps.ts";
import { createSweepDueAccounts } from "./sweep-due-accounts.ts";
import { createSyncAccount } from "./sync-account.ts";

export interface StartDeps {
  readonly logger?: Logger;
  readonly database?: Database;
  /** Null: calls are not limited by us, for benchmarks. */
  readonly budgets?: SyncDeps["budgets"];
}

const sweepEveryMs = 15_000;
/** How long running jobs may take to finish their page before their signals fire. */
const softStopMs = 20_000;
const places = 8;
const coverPlaces = 2;
const queueNames = [syncAccount, sweepDueAccounts, cacheMedia].map((job) => job.name);

/**
 * Starts the sync worker; resolves when it is counted as alive, and waits for Redis as long as it takes. Throws
 * `sealed_unreadable` with the wrong encryption keys, and what Postgres or the disk throw.
 */
export async function start(config: MediaSyncConfig, given: StartDeps = {}): Promise<Running> {
  const logger = given.logger ?? createLogger({ process: "media-sync", level: config.LOG_LEVEL });
  const times = createTimes(config.TIME_SCALE);
  const rules = { cron: config.NIGHTLY_SYNC_CRON, timeZone: config.NIGHTLY_SYNC_TZ };
  const storage = await openStorage(config);
  const database = openDatabase({
    url: config.DATABASE_URL,
    maxConnections: config.DATABASE_MAX_CONNECTIONS,
    onConnectionError: (error) => logger.warn("database_connection_lost", { error }),
    shared: given.database,
  });
  const vault = createVault(config.TOKEN_ENCRYPTION_KEYS);
  const workerId = newId();
  const alive = () => beat(database, { id: workerId, name: "media-sync", queues: queueNames, places });
  try {
    await checkKeys(database, vault);
    await forgetOtherRules(database, rules);
    await alive();
  } catch (error) {
    await database.close();
    throw error;
  }

  const redis = { url: config.REDIS_URL, keyPrefix: config.REDIS_KEY_PREFIX };
  const queues = openQueues(redis);
  const platforms = openPlatforms(config, times);
  const grants = createGrants({ database, vault });
  const refreshGrant = createRefreshGrant({ ...refreshRows(database), grants, platforms, times, logger });
  const deps: SyncDeps = {
    database,
    queues,
    storage,
    platforms,
    times,
    rules,
    accessToken: createAccessToken({ grants, refreshGrant }),
    budgets: given.budgets === undefined ? syncBudgets : given.budgets,
    atPoint: async () => undefined,
    now: () => new Date(),
  };
  const common = {
    redis,
    backoffMs: (attempt: number) => times.scale(backoffMs(attempt, Math.random())),
    report: (report: AttemptReport) => logAttempt(logger, report),
    onError: (error: Error) => logger.warn("queue_error", { error }),
  };
  const workers = [
    runWorker({ ...common, job: syncAccount, handler: createSyncAccount(deps), places }),
    runWorker({ ...common, job: sweepDueAccounts, handler: createSweepDueAccounts(deps), places: 1 }),
    runWorker({ ...common, job: cacheMedia, handler: createCacheMedia(deps), places: coverPlaces }),
  ];
  // Again and again: an emptied Redis has forgotten the schedule, too.
  const schedule = () =>
    queues
      .sweepEvery(sweepDueAccounts, times.scale(sweepEveryMs))
      .catch((error: unknown) => logger.warn("sweep_not_scheduled", { error }));
  void Promise.all(workers.map((worker) => worker.ready())).then(schedule, () => undefined);
  const scheduler = setInterval(() => void schedule(), times.scale(sweepEveryMs));
  const heart = setInterval(
    () => void alive().catch((error: unknown) => logger.warn("heartbeat_failed", { error })),
    times.heartbeatMs,
  );
  logger.info("started", { places });

  let stopped: Promise<void> | undefined;
  const stop = async () => {
    clearInterval(scheduler);
    clearInterval(heart);
    await Promise.all(workers.map((worker) => worker.stop(times.scale(softStopMs))));
    await leave(database, workerId).catch(() => undefined);
    await Promise.allSettled([queues.close(), database.close()]);
  };
  return { stop: () => (stopped ??= stop()) };
}
