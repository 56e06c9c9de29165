import {
  closeStuck,
  dispatchDue,
  dueChannel,
  freePlaces,
  listen,
  nextDueInMs,
  type Database,
  type Listener,
} from "@reelay/database";
import { advancePublication, checkPublication, type Queues } from "@reelay/jobs";
import type { Lane } from "@reelay/platforms";
import type { Logger, Times } from "@reelay/runtime";
import type { AtPoint } from "./deps.ts";

export interface DispatcherDeps {
  readonly database: Database;
  readonly queues: Queues;
  readonly times: Times;
  readonly logger: Logger;
  readonly atPoint: AtPoint;
  /** Where LISTEN works: not through a transaction pooler. */
  readonly directUrl: string;
}

export interface Dispatcher {
  /** Something may have become due: look now. */
  wake(): void;
  /** Finishes the tick under way. */
  stop(): Promise<void>;
}

const lanes = [
  { lane: "advance", job: advancePublication, prefix: "pub" },
  { lane: "check", job: checkPublication, prefix: "chk" },
] as const;

/** Wakes that come in a burst are answered by one look. */
const betweenTicksMs = 20;
const listenAgainAfterMs = 5_000;

/**
 * The one door for publications: hands what is due to the workers as far as places are free, closes what cannot move, and
 * sleeps until the next due time, a notice, or one tick. Any number of instances; Postgres lets one of them hand out.
 */
export function startDispatcher(deps: DispatcherDeps): Dispatcher {
  const alarm = createAlarm();
  const ear = keepListening(deps, alarm.ring);
  const stopped = new AbortController();
  const loop = async () => {
    while (!stopped.signal.aborted) {
      await tick(deps).catch((error: unknown) => deps.logger.warn("dispatch_failed", { error }));
      await ear.open();
      const sleepMs = await untilNextDue(deps).catch(() => deps.times.dispatchTickMs);
      if (!stopped.signal.aborted) await alarm.wait(sleepMs, betweenTicksMs);
    }
  };
  const running = loop();
  return {
    wake: alarm.ring,
    async stop() {
      stopped.abort();
      alarm.ring();
      await running;
      await ear.close();
    },
  };
}

async function tick(deps: DispatcherDeps): Promise<void> {
  const closed = await closeStuck(deps.database);
  if (closed > 0) deps.logger.info("stuck_closed", { publications: closed });
  for (const { lane } of lanes) await dispatchLane(deps, lane);
}

/** Marks due publications of a lane and enqueues a job for each. Returns how many. */
export async function dispatchLane(deps: Omit<DispatcherDeps, "directUrl">, lane: Lane): Promise<number> {
  const { job, prefix } = lanes[lane === "advance" ? 0 : 1];
  const { database, queues, times } = deps;
  const { free, processes } = await freePlaces(database, { lane, queue: job.name, aliveWithinMs: times.workerAliveMs });
  const room = free + processes;
  if (room <= 0) return 0;
  const places = room - (await queues.countWaiting(job));
  const dispatched = await dispatchDue(database, { lane, places, visibleAfterMs: times.dispatchVisibleMs });
  if (!dispatched || dispatched.length === 0) return 0;
  await deps.atPoint(`dispatched-${lane}`);
  const jobs = dispatched.map(({ publicationId, ticket }) => ({
    id: `${prefix}-${publicationId}-${ticket}`,
    payload: { publicationId, ticket },
  }));
  await queues.enqueueAll(job, jobs);
  await deps.atPoint(`enqueued-${lane}`);
  return jobs.length;
}

async function untilNextDue({ database, times }: DispatcherDeps): Promise<number> {
  const dueInMs = await nextDueInMs(database);
  return dueInMs === null ? times.dispatchTickMs : Math.min(times.dispatchTickMs, Math.max(1, Math.ceil(dueInMs)));
}

/** A sleep that a ring ends; a ring before it counts. Not shorter than `leastMs`, so that a burst is one. */
function createAlarm() {
  let hasRung = false;
  let wakeUp: () => void = () => undefined;
  const ring = () => {
    hasRung = true;
    wakeUp();
  };
  const sleep = async (ms: number) => {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      wakeUp = resolve;
      timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
  };
  return {
    ring,
    async wait(ms: number, leastMs: number) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(ms, leastMs)));
      if (!hasRung && ms > leastMs) await sleep(ms - leastMs);
      hasRung = false;
    },
  };
}

/** Keeps a listening connection, made anew at most every few seconds; without one the dispatcher polls. */
function keepListening({ directUrl, logger, times }: DispatcherDeps, onWake: () => void) {
  let listener: Listener | null = null;
  let triedAt = Number.NEGATIVE_INFINITY;
  const lost = (error: unknown) => {
    if (listener) logger.warn("listen_lost", { error });
    listener = null;
  };
  return {
    async open() {
      if (listener || performance.now() - triedAt < times.scale(listenAgainAfterMs)) return;
      triedAt = performance.now();
      listener = await listen({ url: directUrl, channel: dueChannel, onWake, onLost: lost }).catch((error: unknown) => {
        logger.warn("listen_failed", { error });
        return null;
      });
    },
    async close() {
      await listener?.close().catch(() => undefined);
      listener = null;
    },
  };
}
