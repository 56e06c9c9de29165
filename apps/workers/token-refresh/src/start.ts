import { beat, checkKeys, createVault, leave, newId, openDatabase, type Database } from "@reelay/database";
import { backoffMs } from "@reelay/domain";
import {
  disconnectAccount,
  logAttempt,
  openQueues,
  refreshToken,
  runWorker,
  sweepDisconnecting,
  sweepExpiringGrants,
  type AttemptReport,
} from "@reelay/jobs";
import { createLogger, createTimes, type Logger, type Running } from "@reelay/runtime";
import type { TokenRefreshConfig } from "./config.ts";
import type { AtPoint } from "./deps.ts";
import { createDisconnectAccount } from "./disconnect-account.ts";
import { openTokenDeps } from "./open-token-deps.ts";
import { createRefreshToken } from "./refresh-token.ts";
import { createSweepDisconnecting } from "./sweep-disconnecting.ts";
import { createSweepExpiringGrants } from "./sweep-expiring-grants.ts";

export interface StartDeps {
  readonly logger?: Logger;
  readonly database?: Database;
  /** Named places at which a test may let the process die. */
  readonly atPoint?: AtPoint;
}

const sweepGrantsEveryMs = 60_000;
const sweepDisconnectingEveryMs = 5_000;
/** An answer under way may be the only copy of the next refresh token: longer than its time-out. */
const softStopMs = 30_000;
const places = 8;
const queueNames = [refreshToken, sweepExpiringGrants, disconnectAccount, sweepDisconnecting].map((job) => job.name);

/**
 * Starts the worker that keeps tokens alive and disconnects accounts; resolves when it is counted as alive, and waits for
 * Redis as long as it takes. Throws `sealed_unreadable` with the wrong encryption keys, and what Postgres throws.
 */
export async function start(config: TokenRefreshConfig, given: StartDeps = {}): Promise<Running> {
  const logger = given.logger ?? createLogger({ process: "token-refresh", level: config.LOG_LEVEL });
  const atPoint = given.atPoint ?? (async () => undefined);
  const times = createTimes(config.TIME_SCALE);
  const database = openDatabase({
    url: config.DATABASE_URL,
    maxConnections: config.DATABASE_MAX_CONNECTIONS,
    onConnectionError: (error) => logger.warn("database_connection_lost", { error }),
    shared: given.database,
  });
  const vault = createVault(config.TOKEN_ENCRYPTION_KEYS);
  const workerId = newId();
  const alive = () => beat(database, { id: workerId, name: "token-refresh", queues: queueNames, places });
  try {
    await checkKeys(database, vault);
    await alive();
  } catch (error) {
    await database.close();
    throw error;
  }

  const redis = { url: config.REDIS_URL, keyPrefix: config.REDIS_KEY_PREFIX };
  const queues = openQueues(redis);
  const deps = openTokenDeps(config, { database, vault, queues, times, logger, atPoint });
  const common = {
    redis,
    backoffMs: (attempt: number) => times.scale(backoffMs(attempt, Math.random())),
    report: (report: AttemptReport) => logAttempt(logger, report),
    onError: (error: Error) => logger.warn("queue_error", { error }),
  };
  const workers = [
    runWorker({ ...common, job: refreshToken, handler: createRefreshToken(deps), places }),
    runWorker({ ...common, job: sweepExpiringGrants, handler: createSweepExpiringGrants(deps), places: 1 }),
    runWorker({ ...common, job: disconnectAccount, handler: createDisconnectAccount(deps), places }),
    runWorker({ ...common, job: sweepDisconnecting, handler: createSweepDisconnecting(deps), places: 1 }),
  ];
  // Again and again: an emptied Redis has forgotten the schedules, too.
  const schedule = () =>
    Promise.all([
      queues.sweepEvery(sweepExpiringGrants, times.scale(sweepGrantsEveryMs)),
      queues.sweepEvery(sweepDisconnecting, times.scale(sweepDisconnectingEveryMs)),
    ]).catch((error: unknown) => logger.warn("sweeps_not_scheduled", { error }));
  void Promise.all(workers.map((worker) => worker.ready())).then(schedule, () => undefined);
  const scheduler = setInterval(() => void schedule(), times.scale(sweepGrantsEveryMs));
  const heart = setInterval(
    () => void alive().catch((error: unknown) => logger.warn("heartbeat_failed", { error })),
    times.heartbeatMs,
  );
  logger.info("started", { places });

  let stopped: Promise<void> | undefined;
  const stop = async () => {
    clearInterval(scheduler);
    clearInterval(heart);
    await Promise.all(workers.map((worker) => worker.stop(times.callTimeout(softStopMs))));
    await leave(database, workerId).catch(() => undefined);
    await Promise.allSettled([queues.close(), database.close()]);
  };
  return { stop: () => (stopped ??= stop()) };
}
