import { liftHold, setPaused } from "@reelay/database";
import { Failure } from "@reelay/domain";
import { Router, urlencoded, type Request, type Response } from "express";
import { z } from "zod";
import type { DashboardDeps } from "./deps.ts";
import { visitorOrNull } from "./guards/require-operator.ts";
import { languageOf } from "./pages/language.ts";
import { operationsFigures, operationsPage, operationsScript } from "./pages/operations-page.ts";
import { sendPage } from "./pages/send-page.ts";
import { safeNext, signInPage } from "./pages/sign-in-page.ts";
import { textsOf } from "./pages/texts.ts";
import { readFigures } from "./read-figures.ts";

const login = z.object({ email: z.string().max(320), password: z.string().max(512) });
const statusOf = { wrong: 401, too_many: 429, failed: 503 } as const;

/** For everybody: the way in and out. */
export function doorRoutes({ door, logger }: DashboardDeps): Router {
  const router = Router();
  router.get("/sign-in", (req, res) => {
    const language = languageOf(req);
    const next = safeNext(req.query["next"], language);
    if (visitorOrNull(req)) return res.redirect(303, next);
    sendPage(req, res, { title: textsOf(language).signIn, body: signInPage({ language, next }) });
  });

  router.post("/sign-in", urlencoded({ extended: false, limit: "4kb" }), async (req, res) => {
    const language = languageOf(req);
    const next = safeNext(req.query["next"], language);
    const given = login.safeParse(req.body);
    if (!given.success) throw new Failure("malformed_request");
    const { result, cookies } = await door.signIn({ ...given.data, address: req.socket.remoteAddress ?? "" });
    if (result === "signed_in") {
      res.append("Set-Cookie", [...cookies]).redirect(303, next);
      return;
    }
    logger.warn("sign_in_refused", { result });
    const body = signInPage({ language, next, email: given.data.email, result });
    sendPage(req, res.status(statusOf[result]), { title: textsOf(language).signIn, body });
  });

  router.post("/sign-out", async (req, res) => {
    res.append("Set-Cookie", [...(await door.signOut(req.headers))]);
    res.redirect(303, `/sign-in?lang=${languageOf(req)}`);
  });
  return router;
}

/** For operators. */
export function operationsRoutes(deps: DashboardDeps): Router {
  const router = Router();
  const { database, config } = deps;
  const viewOf = async (req: Request) => {
    const figures = await readFigures(deps);
    return { figures, language: languageOf(req), readOnly: config.DASHBOARD_READ_ONLY };
  };
  const done = (req: Request, res: Response, action: string, subject?: string) => {
    deps.logger.info("operator_action", { action, subject, user_id: visitorOrNull(req)?.userId });
    res.redirect(303, `/?lang=${languageOf(req)}`);
  };

  router.get("/", async (req, res) => {
    const view = await viewOf(req);
    const { operations } = textsOf(view.language);
    sendPage(req, res, { title: operations, body: operationsPage(view), script: operationsScript });
  });

  router.get("/figures", async (req, res) => {
    res
      .set("Cache-Control", "no-store")
      .type("html")
      .send(operationsFigures(await viewOf(req)).text);
  });

  router.post(["/pause", "/resume"], async (req, res) => {
    const paused = req.path === "/pause";
    await setPaused(database, paused);
    done(req, res, paused ? "pause" : "resume");
  });

  router.post("/holds/:id/lift", async (req, res) => {
    const id = z.uuid().safeParse(req.params.id);
    if (!id.success || !(await liftHold(database, id.data))) throw new Failure("not_found");
    done(req, res, "lift_hold", id.data);
  });
  return router;
}
