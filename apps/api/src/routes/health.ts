import type { Readiness } from "@reelay/contract";
import { findOverdue, lastSeen } from "@reelay/database";
import { allJobs } from "@reelay/jobs";
import { Router } from "express";
import type { ApiDeps } from "../deps.ts";

const limitMs = 2_000;
/** A publication that may move and has not for so long says that nobody hands it out or takes it. */
const lateAfterMs = 120_000;

type Check = Readiness["checks"][string];

/** Liveness says that the process answers; readiness what is wrong with what it needs. */
export function healthRoutes(deps: ApiDeps): Router {
  const router = Router();
  router.get("/healthz", (_req, res) => {
    res.json({ status: "ok" });
  });
  router.get("/readyz", async (_req, res) => {
    const [postgres, redis, publications, queues] = await Promise.all([
      check("Postgres", deps.database.ping()),
      check("Redis", deps.queues.ping()),
      checkPublications(deps),
      checkQueues(deps),
    ]);
    const checks: Record<string, Check> = { postgres, redis, publications, ...queues };
    const ready = Object.values(checks).every(({ ok }) => ok);
    const body: Readiness = { status: ready ? "ok" : "degraded", checks };
    res
      .status(ready ? 200 : 503)
      .set("Cache-Control", "no-store")
      .json(body);
  });
  return router;
}

async function checkPublications({ database, times }: ApiDeps): Promise<Check> {
  try {
    const lateByMs = await within(findOverdue(database, times.scale(lateAfterMs)));
    if (lateByMs === null) return { ok: true };
    return { ok: false, problem: `the oldest publication that may move is ${seconds(lateByMs)} late` };
  } catch {
    return { ok: false, problem: "how late publications are is not known" };
  }
}

async function checkQueues({ database, times }: ApiDeps): Promise<Record<string, Check>> {
  const seen = await within(lastSeen(database)).catch(() => new Map<string, never>());
  const checkOf = (queue: string): Check => {
    const last = seen.get(queue);
    if (!last) return { ok: false, problem: "no live worker takes from this queue" };
    if (last.agoMs < times.workerAliveMs) return { ok: true };
    const was = `${last.worker} was last seen ${seconds(last.agoMs)} ago`;
    return { ok: false, problem: `no live worker takes from this queue: ${was}` };
  };
  return Object.fromEntries(allJobs.map(({ name }) => [`queue:${name}`, checkOf(name)]));
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}

// The reason stays in the log: an error's text may name hosts and users.
async function check(name: string, answer: Promise<unknown>): Promise<Check> {
  try {
    await within(answer);
    return { ok: true };
  } catch {
    return { ok: false, problem: `${name} does not answer` };
  }
}

async function within<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("no answer in time")), limitMs);
  });
  return await Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
