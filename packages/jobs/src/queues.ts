import { Queue } from "bullmq";
import type { JobDefinition } from "./define-job.ts";
import { openProducerConnection, queuePrefix, type RedisSettings } from "./connection.ts";

export interface Queues {
  /** Enqueues a wake-up; `key` lets at most one live job of that key exist. Rejects within about 2 s without Redis. */
  enqueue<Payload>(job: JobDefinition<Payload>, payload: Payload, key: string): Promise<void>;
  /** Enqueues many jobs whose ids are already unique (`[A-Za-z0-9_-]`), nothing kept after they end. */
  enqueueAll<Payload>(job: JobDefinition<Payload>, jobs: readonly { id: string; payload: Payload }[]): Promise<void>;
  /** Has the sweep `job` run every `everyMs`, by whichever worker is free; safe to call from many processes. */
  sweepEvery(job: JobDefinition<Record<string, never>>, everyMs: number): Promise<void>;
  countWaiting(job: JobDefinition): Promise<number>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The producers' side of the queues: one connection, one BullMQ queue per job. */
export function openQueues(settings: RedisSettings): Queues {
  const connection = openProducerConnection(settings);
  const queues = new Map<string, Queue>();
  const open = ({ name }: Pick<JobDefinition, "name">): Queue => {
    const queue = new Queue(name, { connection, prefix: queuePrefix(settings, name), skipWaitingForReady: true });
    queue.on("error", () => undefined);
    queues.set(name, queue);
    // One that was made while Redis was away stays broken when it is back: the next call makes another.
    queue.waitUntilReady().catch(() => queues.delete(name));
    return queue;
  };
  const queueOf = (job: Pick<JobDefinition, "name">): Queue => queues.get(job.name) ?? open(job);
  const kept = { removeOnComplete: { count: 1_000 }, removeOnFail: { age: 7 * 86_400 } };
  return {
    async enqueue(job, payload, key) {
      await queueOf(job).add(job.name, payload, {
        deduplication: { id: key },
        attempts: job.attempts,
        backoff: { type: "custom" },
        ...kept,
      });
    },
    async enqueueAll(job, jobs) {
      const opts = { attempts: 1, removeOnComplete: true, removeOnFail: true };
      await queueOf(job).addBulk(
        jobs.map(({ id, payload }) => ({ name: job.name, data: payload, opts: { ...opts, jobId: id } })),
      );
    },
    async sweepEvery(job, everyMs) {
      await queueOf(job).upsertJobScheduler(
        job.name,
        { every: everyMs },
        { name: job.name, data: {}, opts: { attempts: 1, ...kept } },
      );
    },
    countWaiting: (job) => queueOf(job).getWaitingCount(),
    ping: async () => void (await connection.ping()),
    async close() {
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
      connection.disconnect();
    },
  };
}
