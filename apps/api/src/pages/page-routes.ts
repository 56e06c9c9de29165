import { oauthCallbackQuery } from "@reelay/contract";
import { listAccounts, readPublications } from "@reelay/database";
import type { Principal } from "@reelay/identity";
import { Router } from "express";
import { bindCookie } from "../connection/browser-cookie.ts";
import { callerOf, type Connecting } from "../connection/connecting.ts";
import type { ApiDeps } from "../deps.ts";
import { principalOf, principalOrNull } from "../middleware/authenticate.ts";
import { languageOf, type Language } from "../middleware/language.ts";
import { parseQuery } from "../middleware/parse.ts";
import { publicationOfPost } from "../publications/publication-view.ts";
import { showAccount } from "../show-account.ts";
import { homePage, homeScript, latestPublications, nameOf } from "./home-page.ts";
import { messagePage } from "./message-page.ts";
import { sendPage } from "./send-page.ts";
import { safeNext, signInPage, signInScript } from "./sign-in-page.ts";
import { textsOf } from "./texts.ts";

const latestCount = 20;

export function pageRoutes(deps: ApiDeps, connecting: Connecting): Router {
  const router = Router();

  router.get("/", async (req, res) => {
    const language = languageOf(req);
    const principal = principalOrNull(req);
    if (!principal) {
      res.redirect(302, `/sign-in?lang=${language}`);
      return;
    }
    const { accounts, publications } = await readHome(deps, principal, language);
    sendPage(req, res, {
      title: textsOf(language).overview,
      body: homePage({ accounts, publications, language }),
      signedIn: true,
      script: homeScript,
    });
  });

  router.get("/latest-publications", async (req, res) => {
    const { publications } = await readHome(deps, principalOf(req), languageOf(req));
    res.set("Cache-Control", "no-store").type("html").send(publications.text);
  });

  router.get("/sign-in", (req, res) => {
    const language = languageOf(req);
    const next = safeNext(req.query["next"], language);
    if (principalOrNull(req)) {
      res.redirect(302, next);
      return;
    }
    sendPage(req, res, {
      title: textsOf(language).signIn,
      body: signInPage({ language, next }),
      signedIn: false,
      script: signInScript,
    });
  });

  router.get("/connect/:token", async (req, res) => {
    // A prefetch or a link preview must not use up the one visit.
    if (req.method === "HEAD" || /prefetch|preview/i.test(req.get("sec-purpose") ?? "")) {
      res.status(204).end();
      return;
    }
    const { authorizeUrl } = await connecting.bind(
      "tiktok",
      req.params.token,
      bindCookie(req, res, deps.config.PUBLIC_URL),
    );
    res.set({ "Cache-Control": "no-store", "Referrer-Policy": "no-referrer" }).redirect(302, authorizeUrl);
  });

  router.get("/tiktok-callback", async (req, res) => {
    const language = languageOf(req);
    const texts = textsOf(language);
    const query = parseQuery(req, oauthCallbackQuery);
    const { account, returnTo } = await connecting.finish("tiktok", query, callerOf(req, deps.config.PUBLIC_URL));
    const goesOnTo = returnTo ?? `/?lang=${language}`;
    const text = texts.connectedText(nameOf(showAccount(account)));
    const body = messagePage({ title: texts.connected, text, goOn: { href: goesOnTo, text: texts.goOn } });
    sendPage(req, res, { title: texts.connected, body, signedIn: false, goesOnTo });
  });
  return router;
}

async function readHome(deps: ApiDeps, principal: Principal, language: Language) {
  const rows = await deps.database.inWorkspace(principal.workspaceId, (tx) =>
    readPublications(tx, { latest: latestCount }),
  );
  const accounts = (await listAccounts(deps.database, principal.workspaceId, { limit: 100 })).map(showAccount);
  const publications = latestPublications({
    publications: rows.map((row) => publicationOfPost(row, language)),
    accounts: new Map(accounts.map((account) => [account.id, account])),
    language,
  });
  return { accounts, publications };
}
