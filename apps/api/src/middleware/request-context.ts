import { newId } from "@reelay/database";
import { runInContext, type Logger } from "@reelay/runtime";
import type { RequestHandler } from "express";

/** Gives each request an id (`X-Request-Id`, the caller's when it has one) and writes its one log line when it ends. */
export function requestContext(logger: Logger): RequestHandler {
  return (req, res, next) => {
    const startedAt = performance.now();
    const context = { requestId: requestIdOf(req.get("x-request-id")), fields: {} as Record<string, unknown> };
    res.locals["requestId"] = context.requestId;
    res.setHeader("X-Request-Id", context.requestId);
    res.once("close", () => {
      // The route's pattern instead of the address: paths and queries may carry one-time secrets.
      logger.info("request", {
        request_id: context.requestId,
        method: req.method,
        route: typeof req.route?.path === "string" ? req.route.path : "unmatched",
        status: res.statusCode,
        completed: res.writableFinished,
        duration_ms: Math.round(performance.now() - startedAt),
        ...context.fields,
      });
    });
    runInContext(context, () => next());
  };
}

function requestIdOf(given: string | undefined): string {
  return given !== undefined && /^[A-Za-z0-9_-]{8,64}$/.test(given) ? given : newId();
}
