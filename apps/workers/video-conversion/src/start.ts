import { beat, createNotifier, leave, newId, openDatabase, uploadRows, type Database } from "@reelay/database";
import { backoffMs } from "@reelay/domain";
import {
  convertMedia,
  importMedia,
  logAttempt,
  openQueues,
  probeMedia,
  runWorker,
  sweepMedia,
  sweepRetention,
  sweepStorage,
  sweepUploads,
  type AttemptReport,
} from "@reelay/jobs";
import { createFinishUpload } from "@reelay/flows";
import { findFfmpeg, inspectUpload } from "@reelay/media";
import { createOutbound, type Outbound } from "@reelay/outbound";
import { createLogger, createTimes, type Logger, type Running } from "@reelay/runtime";
import { openStorage, uploadsDirectory } from "@reelay/storage";
import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { importRules, type VideoConversionConfig } from "./config.ts";
import { createConvertMedia } from "./convert-media.ts";
import type { ConversionDeps } from "./deps.ts";
import { planPlaces } from "./places.ts";
import { createImportMedia } from "./import-media.ts";
import { createProbeMedia } from "./probe-media.ts";
import { createSweepMedia } from "./sweep-media.ts";
import { createSweepRetention } from "./sweep-retention.ts";
import { createSweepStorage } from "./sweep-storage.ts";
import { createSweepUploads } from "./sweep-uploads.ts";

const sweepMediaEveryMs = 15_000;
const sweepUploadsEveryMs = 60_000;
const sweepHourlyMs = 60 * 60_000;
/** How long running jobs may take to finish before they are interrupted and given back. */
const softStopMs = 10_000;
const probePlaces = 2;
const importPlaces = 2;
const jobs = [importMedia, probeMedia, convertMedia, sweepMedia, sweepStorage, sweepUploads, sweepRetention];
const queueNames = jobs.map((job) => job.name);

export interface StartDeps {
  readonly logger?: Logger;
  readonly database?: Database;
  readonly outbound?: Outbound;
}

/**
 * Starts the conversion worker; resolves when it is counted as alive, and waits for Redis as long as it takes. Throws
 * `ffmpeg_missing` when it could not do its work, and what Postgres or the disk throw.
 */
export async function start(config: VideoConversionConfig, given: StartDeps = {}): Promise<Running> {
  const logger = given.logger ?? createLogger({ process: "video-conversion", level: config.LOG_LEVEL });
  const times = createTimes(config.TIME_SCALE);
  const { places, threads } = planPlaces(availableParallelism());
  const ffmpeg = await findFfmpeg({ ffmpegPath: config.FFMPEG_PATH, ffprobePath: config.FFPROBE_PATH });
  const storage = await openStorage(config);
  const temporaryDirectory = join(config.STORAGE_DIRECTORY, ".converting");
  await mkdir(temporaryDirectory, { recursive: true, mode: 0o700 });
  const database = openDatabase({
    url: config.DATABASE_URL,
    maxConnections: config.DATABASE_MAX_CONNECTIONS,
    onConnectionError: (error) => logger.warn("database_connection_lost", { error }),
    shared: given.database,
  });
  const workerId = newId();
  const alive = () => beat(database, { id: workerId, name: "video-conversion", queues: queueNames, places });
  try {
    await alive();
  } catch (error) {
    await database.close();
    throw error;
  }

  const notifier = createNotifier({ url: config.DATABASE_DIRECT_URL ?? config.DATABASE_URL });
  const redis = { url: config.REDIS_URL, keyPrefix: config.REDIS_KEY_PREFIX };
  const queues = openQueues(redis);
  const notifyDue = () => notifier.notifyDue();
  const deps: ConversionDeps = {
    database,
    queues,
    storage,
    ffmpeg,
    notifyDue,
    times,
    temporaryDirectory,
    threads,
    uploads: importRules(config),
    outbound: given.outbound ?? createOutbound({ allowHttp: config.MEDIA_URL_ALLOW_HTTP }),
  };
  const sweptUploads = {
    database,
    uploadsDirectory: uploadsDirectory(config),
    finishUpload: createFinishUpload({
      rows: uploadRows(database),
      storage,
      times,
      inspect: (path) => inspectUpload(path, { allowedTypes: config.MEDIA_TYPES }),
      onMedia: ({ id, workspaceId }) =>
        void queues.enqueue(probeMedia, { mediaId: id, workspaceId }, id).catch(() => undefined),
    }),
  };
  const common = {
    redis,
    backoffMs: (attempt: number) => times.scale(backoffMs(attempt, Math.random())),
    report: (report: AttemptReport) => logAttempt(logger, report),
    onError: (error: Error) => logger.warn("queue_error", { error }),
  };
  const workers = [
    runWorker({ ...common, job: importMedia, handler: createImportMedia(deps), places: importPlaces }),
    runWorker({ ...common, job: probeMedia, handler: createProbeMedia(deps), places: probePlaces }),
    runWorker({ ...common, job: convertMedia, handler: createConvertMedia(deps), places }),
    runWorker({ ...common, job: sweepMedia, handler: createSweepMedia(deps), places: 1 }),
    runWorker({ ...common, job: sweepStorage, handler: createSweepStorage(deps), places: 1 }),
    runWorker({ ...common, job: sweepUploads, handler: createSweepUploads(sweptUploads), places: 1 }),
    runWorker({ ...common, job: sweepRetention, handler: createSweepRetention(deps), places: 1 }),
  ];
  // Again and again: an emptied Redis has forgotten the schedules, too.
  const schedule = () =>
    Promise.all([
      queues.sweepEvery(sweepMedia, times.scale(sweepMediaEveryMs)),
      queues.sweepEvery(sweepStorage, sweepHourlyMs),
      queues.sweepEvery(sweepUploads, times.scale(sweepUploadsEveryMs)),
      queues.sweepEvery(sweepRetention, sweepHourlyMs),
    ]).catch((error: unknown) => logger.warn("sweeps_not_scheduled", { error }));
  void Promise.all(workers.map((worker) => worker.ready())).then(schedule, () => undefined);
  const scheduler = setInterval(() => void schedule(), times.scale(sweepMediaEveryMs));
  const heart = setInterval(
    () => void alive().catch((error: unknown) => logger.warn("heartbeat_failed", { error })),
    times.heartbeatMs,
  );
  logger.info("started", { ffmpeg_version: ffmpeg.version });

  let stopped: Promise<void> | undefined;
  const stop = async () => {
    clearInterval(scheduler);
    clearInterval(heart);
    await Promise.all(workers.map((worker) => worker.stop(times.scale(softStopMs))));
    await leave(database, workerId).catch(() => undefined);
    await Promise.allSettled([queues.close(), notifier.close(), database.close()]);
  };
  return { stop: () => (stopped ??= stop()) };
}
