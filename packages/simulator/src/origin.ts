import express, { type Express, type NextFunction, type Request, type Response, type Router } from "express";
import { apiError } from "./answer.ts";
import type { World } from "./world.ts";

/** One of the three hosts: exact paths, 404 for everything else. */
export function origin(world: World, routers: readonly Router[]): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("strict routing");
  app.enable("case sensitive routing");
  for (const router of routers) app.use(router);
  app.use((_request: Request, response: Response) => {
    world.record({ endpoint: "not_found", openId: null, httpStatus: 404, code: null, dropped: false });
    response.status(404).type("text").send("404 page not found");
  });
  app.use((error: Error & { status?: number }, request: Request, response: Response, _next: NextFunction) => {
    if (response.headersSent) return void response.destroy();
    const isCallers = error.status !== undefined && error.status < 500;
    if (!isCallers) process.stderr.write(`The simulator failed at ${request.path}: ${error.stack ?? error.message}\n`);
    const { status, contentType, body } = isCallers
      ? apiError(world, 400, "invalid_params", "The request could not be read.")
      : apiError(world, 500, "internal_error", "");
    response.status(status).type(contentType).send(body);
  });
  return app;
}
