import {
  accountFilter,
  emptyRequest,
  type AccountList,
  type AccountView,
  type CreatorInfo,
  type RefreshedAccount,
} from "@reelay/contract";
import { appendAudit, beginDisconnecting, getAccount, listAccounts, type AccountRow } from "@reelay/database";
import { Failure } from "@reelay/domain";
import { disconnectAccount } from "@reelay/jobs";
import { Router, type Request } from "express";
import { actorOf } from "../actor.ts";
import { askCreator } from "../ask-creator.ts";
import { createRefreshNow } from "../connection/refresh-now.ts";
import type { ApiDeps } from "../deps.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { parseBody, parseId, parseQuery } from "../middleware/parse.ts";
import { pageOf, pageQuery } from "../page.ts";
import { showAccount } from "../show-account.ts";

const creatorPatienceMs = 20_000;

export function accountRoutes(deps: ApiDeps): Router {
  const { database } = deps;
  const refreshNow = createRefreshNow(deps);
  const router = Router();

  router.get("/api/accounts", async (req, res) => {
    const { externalId, cursor, limit } = parseQuery(req, pageQuery.extend(accountFilter.shape));
    const found = await listAccounts(database, principalOf(req).workspaceId, {
      limit: limit + 1,
      beforeId: cursor,
      ownerExternalId: externalId,
    });
    const { rows, nextCursor } = pageOf(found, limit);
    const body: AccountList = { items: rows.map(showAccount), nextCursor };
    res.json(body);
  });

  router.get("/api/accounts/:id", async (req, res) => {
    const body: AccountView = showAccount(await requireAccount(deps, req));
    res.json(body);
  });

  router.delete("/api/accounts/:id", async (req, res) => {
    parseBody(req, emptyRequest);
    await disconnect(deps, req);
    const body: AccountView = showAccount(await requireAccount(deps, req));
    res.status(202).json(body);
  });

  router.post("/api/accounts/:id/refresh", async (req, res) => {
    parseBody(req, emptyRequest);
    const account = await requireAccount(deps, req);
    const { accessExpiresAt } = await refreshNow(account, deps.stopping);
    const body: RefreshedAccount = {
      account: showAccount(await requireAccount(deps, req)),
      accessExpiresAt: accessExpiresAt.toISOString(),
    };
    res.json(body);
  });

  router.get("/api/accounts/:id/creator-info", async (req, res) => {
    const account = await requireAccount(deps, req);
    const signal = AbortSignal.timeout(deps.times.callTimeout(creatorPatienceMs));
    const body: CreatorInfo = await askCreator(deps, account.id, signal);
    res.set("Cache-Control", "no-store").json(body);
  });
  return router;
}

/** Begins it; the worker does the rest, and finds it also when nobody could be told. */
async function disconnect(deps: ApiDeps, req: Request): Promise<void> {
  const principal = principalOf(req);
  const { workspaceId } = principal;
  const accountId = parseId(req);
  const actor = actorOf(principal);
  await deps.database.inWorkspace(workspaceId, async (tx) => {
    const outcome = await beginDisconnecting(tx, accountId, { by: { ...actor } });
    if (outcome !== "begun") return;
    await appendAudit(tx, { workspaceId, actor, action: "account.disconnect_requested", subject: accountId });
  });
  deps.queues.enqueue(disconnectAccount, { accountId }, accountId).catch(() => undefined);
}

async function requireAccount(deps: ApiDeps, req: Request): Promise<AccountRow> {
  const account = await getAccount(deps.database, principalOf(req).workspaceId, parseId(req));
  if (!account) throw new Failure("not_found");
  return account;
}
