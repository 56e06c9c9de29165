import type { Database } from "./connect.ts";

export interface WorkerBeat {
  readonly id: string;
  readonly name: string;
  readonly queues: readonly string[];
  /** Jobs at once, per queue. */
  readonly places: number;
}

/** Says that a worker process lives; the dispatcher counts its places, readiness its queues. */
export async function beat(database: Database, worker: WorkerBeat): Promise<void> {
  await database.asSystem(
    (tx) => tx.$executeRaw`
      insert into workers (id, name, queues, places) values (${worker.id}::uuid, ${worker.name}, ${[...worker.queues]}, ${worker.places})
      on conflict (id) do update set seen_at = now(), queues = excluded.queues, places = excluded.places`,
  );
}

/** Takes a stopping worker out of the count at once; also forgets processes not seen for a day. */
export async function leave(database: Database, workerId: string): Promise<void> {
  await database.asSystem(
    (tx) => tx.$executeRaw`delete from workers where id = ${workerId}::uuid or seen_at < now() - interval '1 day'`,
  );
}

/** Queues with at least one consumer seen within `aliveWithinMs`. */
export async function consumedQueues(database: Database, aliveWithinMs: number): Promise<string[]> {
  return await database.asSystem(async (tx) => {
    const rows = await tx.$queryRaw<{ queue: string }[]>`
      select distinct unnest(queues) as queue from workers where seen_at > now() - make_interval(secs => ${aliveWithinMs}::float8 / 1000)`;
    return rows.map((row) => row.queue);
  });
}

export interface LivingWorker {
  readonly name: string;
  readonly queues: readonly string[];
  readonly places: number;
}

/** Worker processes seen within `aliveWithinMs`. */
export async function livingWorkers(database: Database, aliveWithinMs: number): Promise<LivingWorker[]> {
  return await database.asSystem(
    (tx) => tx.$queryRaw<LivingWorker[]>`
      select name, queues, places from workers
      where seen_at > now() - make_interval(secs => ${aliveWithinMs}::float8 / 1000) order by name, id`,
  );
}

/** By queue, the process that took from it last and how long ago it was seen, whether it lives or not. */
export async function lastSeen(database: Database): Promise<Map<string, { worker: string; agoMs: number }>> {
  const rows = await database.asSystem(
    (tx) => tx.$queryRaw<{ queue: string; worker: string; agoMs: number }[]>`
      select distinct on (queue) queue, name as worker, (extract(epoch from now() - seen_at) * 1000)::float8 as "agoMs"
      from workers cross join unnest(queues) as queue order by queue, seen_at desc`,
  );
  return new Map(rows.map(({ queue, worker, agoMs }) => [queue, { worker, agoMs }]));
}
