import { oauthCallbackQuery, oauthStartQuery, type ConnectedAccount } from "@reelay/contract";
import { Router } from "express";
import { callerOf, type Connecting } from "../connection/connecting.ts";
import type { ApiDeps } from "../deps.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { parseQuery } from "../middleware/parse.ts";
import { showAccount } from "../show-account.ts";

export function tiktokOauthRoutes(deps: ApiDeps, connecting: Connecting): Router {
  const router = Router();

  router.get("/api/auth/tiktok-oauth", async (req, res) => {
    const started = await connecting.begin("tiktok", principalOf(req), parseQuery(req, oauthStartQuery));
    res.set("Cache-Control", "no-store").vary("Accept");
    if (req.accepts("html", "json") === "json") res.json(started);
    else res.redirect(302, started.authorizeUrl);
  });

  router.get("/api/auth/tiktok-callback", async (req, res) => {
    const caller = callerOf(req, deps.config.PUBLIC_URL);
    const { account, returnTo } = await connecting.finish("tiktok", parseQuery(req, oauthCallbackQuery), caller);
    const body: ConnectedAccount = { account: showAccount(account), returnTo };
    res.set("Cache-Control", "no-store").json(body);
  });
  return router;
}
