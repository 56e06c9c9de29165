import type { Readiness } from "@reelay/contract";
import { consumedQueues } from "@reelay/database";
import { advancePublication, checkPublication, convertMedia, probeMedia, sweepMedia, sweepStorage } from "@reelay/jobs";
import { Router } from "express";
import type { ApiDeps } from "../deps.ts";

const queues = [advancePublication, checkPublication, probeMedia, convertMedia, sweepMedia, sweepStorage].map(
  (job) => job.name,
);
const limitMs = 2_000;

type Check = Readiness["checks"][string];

/** Liveness says that the process answers; readiness what is wrong with what it needs. */
export function healthRoutes(deps: ApiDeps): Router {
  const router = Router();
  router.get("/healthz", (_req, res) => {
    res.json({ status: "ok" });
  });
  router.get("/readyz", async (_req, res) => {
    const [postgres, redis, consumed] = await Promise.all([
      check("Postgres", deps.database.ping()),
      check("Redis", deps.queues.ping()),
      within(consumedQueues(deps.database, deps.times.workerAliveMs)).catch((): string[] => []),
    ]);
    const checks: Record<string, Check> = { postgres, redis };
    for (const queue of queues) {
      checks[`queue:${queue}`] = consumed.includes(queue)
        ? { ok: true }
        : { ok: false, problem: "no live worker takes from this queue" };
    }
    const ready = Object.values(checks).every(({ ok }) => ok);
    const body: Readiness = { status: ready ? "ok" : "degraded", checks };
    res
      .status(ready ? 200 : 503)
      .set("Cache-Control", "no-store")
      .json(body);
  });
  return router;
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
