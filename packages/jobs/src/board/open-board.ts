import { createBullBoard } from "@bull-board/api";
import { Queue } from "bullmq";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { allJobs } from "../all-jobs.ts";
import { openProducerConnection, openWorkerConnection, queuePrefix, type RedisSettings } from "../connection.ts";
import { endedInLastHour } from "./last-hour.ts";
import { ShownQueue } from "./shown-queue.ts";

/** What serves the board's pages: an adapter of Bull Board. */
export type BoardServer = Parameters<typeof createBullBoard>[0]["serverAdapter"];

export interface Board {
  /** Rejects within about 2 s without Redis, for which the board's own calls would wait. */
  ping(): Promise<void>;
  /** By queue, the jobs that completed and failed for good within the last hour; rejects without Redis. */
  throughput(): Promise<Map<string, Throughput>>;
  close(): Promise<void>;
}

export interface Throughput {
  readonly completed: number;
  readonly failed: number;
}

/** Told, because left alone it looks from wherever its own code was bundled into. */
const pagesDirectory = dirname(createRequire(import.meta.url).resolve("@bull-board/ui/package.json"));

/** Bull Board over every queue of the catalog, served by `server`, which the caller guards. */
export function openBoard(settings: RedisSettings, server: BoardServer, options: { readOnly: boolean }): Board {
  const pinged = openProducerConnection(settings);
  // Patient, because a queue that was made while Redis was away would stay broken when it is back.
  const connection = openWorkerConnection(settings);
  const queues = allJobs.map(({ name }) => {
    const queue = new Queue(name, { connection, prefix: queuePrefix(settings, name) });
    queue.on("error", () => undefined);
    return queue;
  });
  createBullBoard({
    queues: queues.map((queue) => new ShownQueue(queue, options)),
    serverAdapter: server,
    options: {
      uiBasePath: pagesDirectory,
      uiConfig: { boardTitle: "Reelay", hideDocsLink: true, hideRedisDetails: true, showMetrics: true },
    },
  });
  const ping = async () => void (await pinged.ping());
  return {
    ping,
    async throughput() {
      await ping();
      const now = Date.now();
      const ended = async (queue: Queue, kind: "completed" | "failed") =>
        endedInLastHour(await queue.getMetrics(kind), now);
      const all = queues.map(async (queue): Promise<[string, Throughput]> => {
        const [completed, failed] = await Promise.all([ended(queue, "completed"), ended(queue, "failed")]);
        return [queue.name, { completed, failed }];
      });
      return new Map(await Promise.all(all));
    },
    async close() {
      pinged.disconnect();
      connection.disconnect();
      await Promise.allSettled(queues.map((queue) => queue.close()));
    },
  };
}
