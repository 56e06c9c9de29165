import {
  beat,
  checkKeys,
  createGrants,
  createPublicationSteps,
  createVault,
  leave,
  newId,
  onlyReconcile,
  openDatabase,
  refreshRows,
  type Database,
} from "@reelay/database";
import { backoffMs, patienceMs } from "@reelay/domain";
import { createAccessToken, createRefreshGrant } from "@reelay/flows";
import {
  advancePublication,
  checkPublication,
  confirmRemoval,
  logAttempt,
  openQueues,
  runWorker,
  sweepWebhooks,
  type AttemptReport,
  type Handler,
} from "@reelay/jobs";
import { openPlatforms } from "@reelay/platforms";
import { createLogger, createTimes, type Logger, type Running } from "@reelay/runtime";
import { openStorage } from "@reelay/storage";
import { createAdvancePublication } from "./advance-publication.ts";
import { createCheckPublication } from "./check-publication.ts";
import { createConfirmRemoval } from "./confirm-removal.ts";
import type { PublishConfig } from "./config.ts";
import type { AtPoint, PublishDeps } from "./deps.ts";
import { startDispatcher } from "./dispatcher.ts";
import { createSweepWebhooks } from "./sweep-webhooks.ts";

export interface StartDeps {
  readonly logger?: Logger;
  readonly database?: Database;
  /** Named places at which a test may let the process die. */
  readonly atPoint?: AtPoint;
}

/** How long running steps may take to finish before their signals fire. */
const softStopMs = 20_000;
const sweepWebhooksEveryMs = 5 * 60_000;
const queueNames = [advancePublication, checkPublication, confirmRemoval, sweepWebhooks].map((job) => job.name);

/**
 * Starts the publish worker: dispatcher, both lanes, heartbeat. Resolves when it is counted as alive; waits for Redis as
 * long as it takes. Throws `sealed_unreadable` with the wrong encryption keys, and what Postgres or the disk throw.
 */
export async function start(config: PublishConfig, given: StartDeps = {}): Promise<Running> {
  const logger = given.logger ?? createLogger({ process: "publish", level: config.LOG_LEVEL });
  const times = createTimes(config.TIME_SCALE);
  const atPoint = given.atPoint ?? (async () => undefined);
  const storage = await openStorage(config);
  const database = openDatabase({
    url: config.DATABASE_URL,
    maxConnections: config.DATABASE_MAX_CONNECTIONS,
    onConnectionError: (error) => logger.warn("database_connection_lost", { error }),
    shared: given.database,
  });
  const vault = createVault(config.TOKEN_ENCRYPTION_KEYS);
  const workerId = newId();
  const platforms = openPlatforms(config, times);
  const places = config.PUBLISH_PLACES;
  const redis = { url: config.REDIS_URL, keyPrefix: config.REDIS_KEY_PREFIX };
  const alive = () => beat(database, { id: workerId, name: "publish", queues: queueNames, places });
  try {
    await checkKeys(database, vault);
    if (config.REELAY_RECONCILE_ONLY) await onlyReconcile(database);
    await alive();
  } catch (error) {
    await database.close();
    throw error;
  }

  const queues = openQueues(redis);
  const grants = createGrants({ database, vault });
  const { accounts, holds } = refreshRows(database);
  const refreshGrant = createRefreshGrant({ grants, accounts, holds, platforms, times, logger });
  const deps: PublishDeps = {
    database,
    steps: createPublicationSteps({ database, vault }),
    platforms,
    storage,
    accessToken: createAccessToken({ grants, refreshGrant }),
    accounts: {
      loseForScope: (account) =>
        accounts.lose({ ...account, cause: "scope_missing", patienceMs: times.scale(patienceMs) }),
    },
    holds,
    times,
    logger,
    workerId,
    atPoint,
  };
  const dispatcher = startDispatcher({
    database,
    queues,
    times,
    logger,
    atPoint,
    directUrl: config.DATABASE_DIRECT_URL ?? config.DATABASE_URL,
  });
  // A place has become free, and perhaps the other lane's turn has come.
  const thenWake =
    <Payload>(handler: Handler<Payload>): Handler<Payload> =>
    async (payload, context) =>
      await handler(payload, context).finally(() => dispatcher.wake());
  const common = {
    redis,
    places,
    backoffMs: (attempt: number) => times.scale(backoffMs(attempt, Math.random())),
    report: (report: AttemptReport) => logAttempt(logger, report),
    onError: (error: Error) => logger.warn("queue_error", { error }),
  };
  const workers = [
    runWorker({ ...common, job: advancePublication, handler: thenWake(createAdvancePublication(deps)) }),
    runWorker({ ...common, job: checkPublication, handler: thenWake(createCheckPublication(deps)) }),
    runWorker({ ...common, places: 2, job: confirmRemoval, handler: createConfirmRemoval({ ...deps, accounts }) }),
    runWorker({ ...common, places: 1, job: sweepWebhooks, handler: createSweepWebhooks({ database, queues, times }) }),
  ];
  // Again and again: an emptied Redis has forgotten the schedule, too.
  const schedule = () =>
    queues
      .sweepEvery(sweepWebhooks, times.scale(sweepWebhooksEveryMs))
      .catch((error: unknown) => logger.warn("sweeps_not_scheduled", { error }));
  void Promise.all(workers.map((worker) => worker.ready())).then(schedule, () => undefined);
  const scheduler = setInterval(() => void schedule(), times.scale(sweepWebhooksEveryMs));
  const heart = setInterval(
    () => void alive().catch((error: unknown) => logger.warn("heartbeat_failed", { error })),
    times.heartbeatMs,
  );
  logger.info("started", { places });

  let stopped: Promise<void> | undefined;
  const stop = async () => {
    clearInterval(scheduler);
    clearInterval(heart);
    await Promise.all([dispatcher.stop(), ...workers.map((worker) => worker.stop(softStopMs))]);
    await leave(database, workerId).catch(() => undefined);
    await Promise.allSettled([queues.close(), database.close()]);
  };
  return { stop: () => (stopped ??= stop()) };
}
