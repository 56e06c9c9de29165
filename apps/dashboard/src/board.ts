import { Failure } from "@reelay/domain";
import { Router, type RequestHandler, type Response } from "express";
import type { DashboardDeps } from "./deps.ts";
import { boardPolicy } from "./guards/secure-headers.ts";

/** Where Bull Board's pages are. */
export const boardPath = "/queues";

/**
 * What an operator may do to jobs. Adding and editing them is left out: what is shown of a payload is not the whole of
 * it, so that saving it again would spoil it. So is what would change how workers are run, or forget a queue.
 */
const allowed = [
  /^\/api\/queues\/[^/]+\/(pause|resume|empty|promote)$/,
  /^\/api\/queues\/[^/]+\/(retry|clean)\/[^/]+$/,
  /^\/api\/queues\/[^/]+\/[^/]+\/(retry|clean|promote)$/,
  /^\/api\/queues\/(pause|resume)$/,
];

const allowedActions: RequestHandler = (req, _res, next) => {
  const reads = req.method === "GET" || req.method === "HEAD";
  if (reads || (req.method === "PUT" && allowed.some((path) => path.test(req.path)))) return next();
  throw new Failure("forbidden", { internal: "not an action of this board" });
};

/** Bull Board as its own packages serve it, under a policy without inline scripts and with nothing from elsewhere. */
export function boardRoutes({ board, boardRouter }: Pick<DashboardDeps, "board" | "boardRouter">): Router {
  const router = Router();
  router.use(allowedActions);
  router.use("/api", async (_req, _res, next) => {
    await board.ping().catch((cause: unknown) => {
      throw new Failure("unavailable", { cause });
    });
    next();
  });
  router.use(boardPolicy, ownDocument, boardRouter);
  return router;
}

const ownDocument: RequestHandler = (_req, res, next) => {
  const render = res.render.bind(res);
  res.render = (view: string, options?: object) => {
    render(view, options, (error: Error | null, html: string) => {
      if (error) next(error);
      else res.set("Cache-Control", "no-store").type("html").send(fitPolicy(html, res));
    });
  };
  next();
};

/** The document names a font of another site and styles that the policy forbids; neither is needed. */
function fitPolicy(html: string, res: Response): string {
  return html
    .replaceAll(/<link[^>]*href="https?:[^>]*>/g, "")
    .replaceAll(/ style="[^"]*"/g, "")
    .replaceAll("<style>", `<style nonce="${String(res.locals["nonce"])}">`);
}
