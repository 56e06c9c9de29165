import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { openProducerConnection, queuePrefix, type RedisSettings } from "./connection.ts";
import type { JobDefinition } from "./define-job.ts";

export interface QueueState {
  readonly name: string;
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
  readonly paused: boolean;
  /** How long the oldest waiting job has been there, by this machine's clock; null when none waits. */
  readonly oldestWaitingMs: number | null;
}

type Named = Pick<JobDefinition, "name">;

const patienceMs = 3_000;

/** What is in Redis for each of `jobs`; rejects within about 3 s without Redis. */
export async function readQueues(settings: RedisSettings, jobs: readonly Named[]): Promise<QueueState[]> {
  return await withQueues(settings, jobs, (queues) => Promise.all(queues.map(readQueue)));
}

/**
 * Puts every failed job of the queue back into line and answers how many there were. Jobs are wake-ups that read their row
 * first, so a second run of what has been done meanwhile changes nothing.
 */
export async function retryFailedJobs(settings: RedisSettings, job: Named): Promise<number> {
  return await withQueues(settings, [job], async ([queue]) => {
    const failed = (await queue?.getFailedCount()) ?? 0;
    if (failed > 0) await queue?.retryJobs({ state: "failed" });
    return failed;
  });
}

async function readQueue(queue: Queue): Promise<QueueState> {
  const [counts, paused, [oldest]] = await Promise.all([
    queue.getJobCounts("waiting", "prioritized", "active", "delayed", "failed"),
    queue.isPaused(),
    queue.getJobs(["waiting"], 0, 0, true),
  ]);
  const count = (state: string) => counts[state] ?? 0;
  return {
    name: queue.name,
    waiting: count("waiting") + count("prioritized"),
    active: count("active"),
    delayed: count("delayed"),
    failed: count("failed"),
    paused,
    oldestWaitingMs: oldest === undefined ? null : Math.max(0, Date.now() - oldest.timestamp),
  };
}

async function withQueues<T>(
  settings: RedisSettings,
  jobs: readonly Named[],
  work: (queues: readonly Queue[]) => Promise<T>,
): Promise<T> {
  const connection = openProducerConnection(settings);
  const queues: Queue[] = [];
  try {
    await ready(connection);
    for (const { name } of jobs) {
      const queue = new Queue(name, { connection, prefix: queuePrefix(settings, name), skipWaitingForReady: true });
      queue.on("error", () => undefined);
      queues.push(queue);
    }
    return await work(queues);
  } finally {
    await Promise.allSettled(queues.map((queue) => queue.close()));
    connection.disconnect();
  }
}

function ready(connection: Redis): Promise<void> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error("Redis does not answer")), patienceMs);
    connection.once("ready", resolve).once("error", reject);
    connection.once("ready", () => clearTimeout(limit)).once("error", () => clearTimeout(limit));
  });
}
