import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { beat, createNotifier, leave, newId, openDatabase } from "@reelay/database";
import { backoffMs } from "@reelay/domain";
import { convertMedia, openQueues, probeMedia, runWorker, sweepMedia, type AttemptReport } from "@reelay/jobs";
import { findFfmpeg } from "@reelay/media";
import { createLogger, createTimes, redact, type Logger, type Running } from "@reelay/runtime";
import { openDiskStorage } from "@reelay/storage";
import type { VideoConversionConfig } from "./config.ts";
import { createConvertMedia } from "./convert-media.ts";
import type { ConversionDeps } from "./deps.ts";
import { createProbeMedia } from "./probe-media.ts";
import { createSweepMedia } from "./sweep-media.ts";

const sweepEveryMs = 15_000;
const places = 2;

/** Starts the conversion worker; resolves when it takes jobs. Throws `ffmpeg_missing` when it could not do its work. */
export async function start(config: VideoConversionConfig, given: { logger?: Logger } = {}): Promise<Running> {
  const logger = given.logger ?? createLogger({ process: "video-conversion", level: config.LOG_LEVEL });
  const times = createTimes(config.TIME_SCALE);
  const ffmpeg = await findFfmpeg({ ffmpegPath: config.FFMPEG_PATH, ffprobePath: config.FFPROBE_PATH });
  const storage = await openDiskStorage({ directory: config.STORAGE_DIRECTORY });
  const workerId = newId();
  const temporaryDirectory = join(config.STORAGE_DIRECTORY, ".converting", workerId);
  await mkdir(temporaryDirectory, { recursive: true });
  const database = openDatabase({
    url: config.DATABASE_URL,
    maxConnections: config.DATABASE_MAX_CONNECTIONS,
    onConnectionError: (error) => logger.warn("database_connection_lost", { error }),
  });
  const notifier = createNotifier({ url: config.DATABASE_DIRECT_URL ?? config.DATABASE_URL });
  const redis = { url: config.REDIS_URL, keyPrefix: config.REDIS_KEY_PREFIX };
  const queues = openQueues(redis);
  const deps: ConversionDeps = { database, queues, storage, ffmpeg, notifyDue: () => notifier.notifyDue(), logger, times, temporaryDirectory };

  const common = {
    redis,
    backoffMs: (attempt: number) => times.scale(backoffMs(attempt, Math.random())),
    report: (report: AttemptReport) => logAttempt(logger, report),
    onError: (error: Error) => logger.warn("queue_error", { error }),
  };
  const workers = [
    runWorker({ ...common, job: probeMedia, handler: createProbeMedia(deps), places }),
    runWorker({ ...common, job: convertMedia, handler: createConvertMedia(deps), places }),
    runWorker({ ...common, job: sweepMedia, handler: createSweepMedia(deps), places: 1 }),
  ];
  const alive = () => beat(database, { id: workerId, name: "video-conversion", queues: [probeMedia.name, convertMedia.name, sweepMedia.name], places });
  await alive();
  // Workers wait for Redis as long as it takes; so does the schedule of the sweep.
  void Promise.all(workers.map((worker) => worker.ready()))
    .then(() => queues.sweepEvery(sweepMedia, times.scale(sweepEveryMs)))
    .catch((error: unknown) => logger.warn("sweep_not_scheduled", { error }));
  const heart = setInterval(() => void alive().catch((error: unknown) => logger.warn("heartbeat_failed", { error })), times.heartbeatMs);
  logger.info("started", { ffmpeg_version: ffmpeg.version });

  let stopped: Promise<void> | undefined;
  const stop = async () => {
    clearInterval(heart);
    await Promise.all(workers.map((worker) => worker.stop(10_000)));
    await leave(database, workerId).catch(() => undefined);
    await Promise.allSettled([queues.close(), notifier.close(), database.close(), rm(temporaryDirectory, { recursive: true, force: true })]);
  };
  return { stop: () => (stopped ??= stop()) };
}

function logAttempt(logger: Logger, report: AttemptReport): void {
  const { result } = report;
  const failed = result.outcome === "failed";
  logger[failed ? "warn" : "info"]("attempt", {
    job_name: report.jobName,
    job_id: report.jobId,
    attempt: report.attempt,
    max_attempts: report.maxAttempts,
    outcome: result.outcome,
    ...(failed && { failure_code: result.failure?.code ?? "internal", failure_class: result.failure?.who ?? "maintainer", error: redact(result.error) }),
    duration_ms: Math.round(report.durationMs),
    queue_wait_ms: report.queueWaitMs,
    ...report.fields,
  });
}
