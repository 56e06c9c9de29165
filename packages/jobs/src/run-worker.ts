import { Failure } from "@reelay/domain";
import { DelayedError, UnrecoverableError, Worker, type Job } from "bullmq";
import { openWorkerConnection, queuePrefix, type RedisSettings } from "./connection.ts";
import type { JobDefinition } from "./define-job.ts";
import type { AttemptResult, Handler, JobContext } from "./outcome.ts";

export interface AttemptReport {
  readonly jobName: string;
  readonly jobId: string;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly durationMs: number;
  readonly queueWaitMs: number;
  readonly result: AttemptResult;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface RunWorkerOptions<Payload> {
  readonly redis: RedisSettings;
  readonly job: JobDefinition<Payload>;
  readonly handler: Handler<Payload>;
  /** Jobs at once. */
  readonly places: number;
  /** Milliseconds before attempt `attempt + 1` of a retryable failure. */
  readonly backoffMs: (attempt: number) => number;
  /** One wide event per attempt. */
  readonly report: (report: AttemptReport) => void;
  readonly onError: (error: Error) => void;
}

export interface RunningWorker {
  ready(): Promise<void>;
  /** Stage one: takes no more jobs and waits `softMs` for the running ones; stage two: their signals fire. */
  stop(softMs: number): Promise<void>;
}

// The metrics are an hour of minutes: what the dashboard calls throughput.
const workerSettings = { lockDuration: 30_000, stalledInterval: 5_000, drainDelay: 5, metrics: { maxDataPoints: 60 } };

/** The one place that knows how BullMQ runs a job: parse → start → handle → classify → report → acknowledge. */
export function runWorker<Payload>(options: RunWorkerOptions<Payload>): RunningWorker {
  const { job: definition } = options;
  const connection = openWorkerConnection(options.redis);
  const stopping = new AbortController();
  const hardStop = new AbortController();

  // BullMQ hands over its signal only to a processor that declares three parameters.
  const process = async (job: Job, token: string | undefined, signal: AbortSignal | undefined): Promise<void> => {
    const result = await attempt(options, job, { stopping: stopping.signal, hardStop: hardStop.signal, lock: signal });
    await acknowledge(job, token, result);
  };
  const worker = new Worker(definition.name, process, {
    connection,
    prefix: queuePrefix(options.redis, definition.name),
    concurrency: options.places,
    maxStalledCount: definition.fencedBy === "lease" ? 0 : 1,
    maxStartedAttempts: 20,
    settings: { backoffStrategy: (attemptsMade, _type, error) => delayAfter(error, options.backoffMs(attemptsMade)) },
    ...workerSettings,
  });
  worker.on("error", options.onError);
  worker.on("lockRenewalFailed", (ids: string[]) => {
    options.onError(new Error(`BullMQ lock lost on ${definition.name}: ${ids.join(", ")}`));
    if (definition.fencedBy === "lock") ids.forEach((id) => worker.cancelJob(id, "lock lost"));
  });

  return {
    async ready() {
      await worker.waitUntilReady();
    },
    async stop(softMs) {
      stopping.abort(new Error("the worker is stopping"));
      const closed = worker.close().catch(options.onError);
      await settledWithin(closed, softMs);
      hardStop.abort(new Error("the worker has stopped"));
      await settledWithin(closed, 5_000);
      connection.disconnect();
    },
  };
}

async function attempt<Payload>(
  options: RunWorkerOptions<Payload>,
  job: Job,
  signals: { stopping: AbortSignal; hardStop: AbortSignal; lock: AbortSignal | undefined },
): Promise<AttemptResult> {
  const { job: definition } = options;
  const startedAt = performance.now();
  const fields: Record<string, unknown> = {};
  const timeout = AbortSignal.timeout(definition.timeoutMs);
  const context: JobContext = {
    jobId: job.id ?? "",
    attempt: job.attemptsMade + 1,
    maxAttempts: job.opts.attempts ?? 1,
    queueWaitMs: Math.max(0, (job.processedOn ?? job.timestamp) - job.timestamp),
    signal: AbortSignal.any([timeout, signals.hardStop, ...(signals.lock ? [signals.lock] : [])]),
    stopping: signals.stopping,
    set: (more) => Object.assign(fields, more),
  };
  const result = await handle(options, job.data, context);
  const { jobId, attempt: number, maxAttempts, queueWaitMs } = context;
  options.report({
    jobName: definition.name,
    jobId,
    attempt: number,
    maxAttempts,
    queueWaitMs,
    durationMs: performance.now() - startedAt,
    result,
    fields,
  });
  return result;
}

async function handle<Payload>(
  options: RunWorkerOptions<Payload>,
  data: unknown,
  context: JobContext,
): Promise<AttemptResult> {
  try {
    return await options.handler(options.job.payload.parse(data), context);
  } catch (error) {
    return { outcome: "failed", error, failure: error instanceof Failure ? error : null };
  }
}

/** Tells BullMQ: a snooze costs no attempt, a failure that only a person can mend is not tried again. */
async function acknowledge(job: Job, token: string | undefined, result: AttemptResult): Promise<void> {
  switch (result.outcome) {
    case "completed":
      return;
    case "snoozed":
      await job.moveToDelayed(Date.now() + result.delayMs, token);
      throw new DelayedError();
    case "cancelled":
      throw new UnrecoverableError(result.why);
    case "failed": {
      const { failure } = result;
      if (failure && failure.who !== "nobody") throw new UnrecoverableError(failure.code);
      throw new RetryableError(failure?.code ?? "internal", failure?.details.retryAfterMs);
    }
    default:
      result satisfies never;
  }
}

// What Redis keeps of a failure is its code alone: messages may quote a platform.
class RetryableError extends Error {
  readonly retryAfterMs: number | undefined;
  constructor(code: string, retryAfterMs: number | undefined) {
    super(code);
    this.name = "RetryableError";
    this.retryAfterMs = retryAfterMs;
  }
}

function delayAfter(error: Error | undefined, backoffMs: number): number {
  return Math.max(backoffMs, error instanceof RetryableError ? (error.retryAfterMs ?? 0) : 0);
}

async function settledWithin(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
