import { syncRequest, type SyncSummary, type SyncView } from "@reelay/contract";
import { openSync, readSync } from "@reelay/database";
import { Failure, nightOf } from "@reelay/domain";
import { syncAccount } from "@reelay/jobs";
import { Router, type Request, type Response } from "express";
import type { ApiDeps } from "../deps.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { languageOf } from "../middleware/language.ts";
import { parseBody, parseId } from "../middleware/parse.ts";
import { syncSummary, syncView } from "../sync/sync-view.ts";
import { waitForSync } from "../sync/wait-for-sync.ts";

const patienceMs = 25_000;

export function syncRoutes(deps: ApiDeps): Router {
  const { database } = deps;
  const router = Router();

  router.post("/api/tiktok/sync-media", async (req, res) => {
    const { accountId } = parseBody(req, syncRequest);
    const { workspaceId } = principalOf(req);
    const wish = { workspaceId, platform: "tiktok", accountId, night: nightOf(deps.now(), "UTC") };
    const opened = await openSync(database, wish);
    if (!opened) throw new Failure("not_found");
    const { syncId, runIds } = opened;
    if (syncId === null) return void res.json(syncSummary(null, []));
    // Nothing waits for Redis: the sweep finds what it does not take.
    for (const runId of runIds) {
      deps.queues.enqueue(syncAccount, { runId, workspaceId }, runId).catch(() => undefined);
    }
    const body: SyncSummary = await waitForSync(deps, { workspaceId, syncId }, patience(deps, req, res));
    res.status(body.done ? 200 : 202).json(body);
  });

  router.get("/api/sync/:id", async (req, res) => {
    const syncId = parseId(req);
    const states = await database.inWorkspace(principalOf(req).workspaceId, (tx) => readSync(tx, syncId));
    if (states.length === 0) throw new Failure("not_found");
    const body: SyncView = syncView(syncId, states, languageOf(req));
    res.json(body);
  });
  return router;
}

/** Fires when the caller should have its answer: at once where it asked for that, after 25 s, or when one of us leaves. */
function patience(deps: ApiDeps, req: Request, res: Response): AbortSignal {
  const isAsync = /(^|[,;\s])respond-async([,;\s]|$)/i.test(req.get("prefer") ?? "");
  if (isAsync) {
    res.set("Preference-Applied", "respond-async");
    return AbortSignal.abort();
  }
  const gone = new AbortController();
  res.once("close", () => gone.abort());
  return AbortSignal.any([deps.stopping, gone.signal, AbortSignal.timeout(deps.times.scale(patienceMs))]);
}
