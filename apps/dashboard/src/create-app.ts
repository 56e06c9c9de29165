import { randomBytes } from "node:crypto";
import { isUnavailable } from "@reelay/database";
import { Failure, failures } from "@reelay/domain";
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from "express";
import { boardPath, boardRoutes } from "./board.ts";
import { dashboardUrl } from "./config.ts";
import type { DashboardDeps } from "./deps.ts";
import { refuseWrites } from "./guards/read-only.ts";
import { identify, requireOperator, visitorOrNull } from "./guards/require-operator.ts";
import { sameOrigin, writes } from "./guards/same-origin.ts";
import { secureHeaders } from "./guards/secure-headers.ts";
import { sendProblemPage } from "./pages/problem-page.ts";
import { doorRoutes, operationsRoutes } from "./routes.ts";

const statuses: Partial<Record<Failure["code"], number>> = {
  malformed_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  body_too_large: 413,
  unavailable: 503,
};

/** Guards first, in this order; nothing but the way in and out is reached past them by anybody but an operator. */
export function createApp(deps: DashboardDeps): Express {
  const { config, door } = deps;
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", false);
  app.set("etag", false);
  app.use((_req, res, next) => {
    res.locals["nonce"] = randomBytes(16).toString("base64");
    next();
  });
  app.use(logWrites(deps));
  app.use(secureHeaders(dashboardUrl(config)));
  app.use(sameOrigin, identify(door));
  app.use(doorRoutes(deps));
  app.use(requireOperator, refuseWrites(config.DASHBOARD_READ_ONLY));
  app.use(operationsRoutes(deps));
  app.use(boardPath, boardRoutes(deps));
  app.use(() => {
    throw new Failure("not_found");
  });
  app.use(problemResponder(deps));
  return app;
}

/** Who changed what, refused or not; the path holds a queue and an id, the query is left out. */
function logWrites({ logger }: DashboardDeps): RequestHandler {
  return (req, res, next) => {
    if (writes(req))
      res.once("close", () => {
        const user = visitorOrNull(req)?.userId;
        logger.info("write", {
          method: req.method,
          path: req.originalUrl.split("?")[0],
          status: res.statusCode,
          user_id: user,
        });
      });
    next();
  };
}

function problemResponder({ logger }: DashboardDeps): ErrorRequestHandler {
  return (error: unknown, req, res, _next) => {
    const failure = failureOf(error);
    if (failure.code === "internal") logger.error("request_failed", { method: req.method, error });
    if (res.headersSent) {
      res.destroy();
      return;
    }
    res.status(statuses[failure.code] ?? 500);
    if (req.accepts("json", "html") === "html") sendProblemPage(req, res, failure);
    else res.set("Cache-Control", "no-store").json({ code: failure.code, error: failures[failure.code].public.en });
  };
}

function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (isUnavailable(error)) return new Failure("unavailable", { cause: error });
  const status = (error as { status?: unknown } | null)?.status;
  if (status === 413) return new Failure("body_too_large");
  return new Failure(typeof status === "number" && status < 500 ? "malformed_request" : "internal", { cause: error });
}
