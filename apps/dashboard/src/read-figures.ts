import { readOperations, type Operations } from "@reelay/database";
import { allJobs, readQueues, type QueueState } from "@reelay/jobs";
import type { Throughput } from "@reelay/jobs/board";
import type { DashboardDeps } from "./deps.ts";

export interface QueueFigures {
  readonly name: string;
  readonly processes: number;
  readonly places: number;
  /** null: Redis does not answer. */
  readonly state: QueueState | null;
  readonly ended: Throughput | null;
}

export interface Figures extends Operations {
  readonly queues: readonly QueueFigures[];
}

const lateAfterMs = 120_000;
const listed = 20;

/** Everything the operations page says, read now; throws when Postgres does not answer. */
export async function readFigures(deps: DashboardDeps): Promise<Figures> {
  const { database, redis, board, times, logger } = deps;
  const noRedis = (error: unknown) => {
    logger.warn("redis_not_read", { error });
    return null;
  };
  const [operations, states, ended] = await Promise.all([
    readOperations(database, {
      aliveWithinMs: times.workerAliveMs,
      lateAfterMs: times.scale(lateAfterMs),
      limit: listed,
    }),
    readQueues(redis, allJobs).catch(noRedis),
    board.throughput().catch(noRedis),
  ]);
  const queues = allJobs.map(({ name }): QueueFigures => {
    const workers = operations.workers.find(({ queue }) => queue === name);
    return {
      name,
      processes: workers?.processes ?? 0,
      places: workers?.places ?? 0,
      state: states?.find((state) => state.name === name) ?? null,
      ended: ended?.get(name) ?? null,
    };
  });
  return { ...operations, queues };
}
