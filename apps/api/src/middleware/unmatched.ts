import { Failure } from "@reelay/domain";
import type { RequestHandler, Router } from "express";

export interface MountedRoute {
  readonly method: string;
  /** As Express spells it, `/api/accounts/:id`. */
  readonly path: string;
}

/** The routes of `routers`, which are mounted at the root and spell their whole paths. */
export function mountedRoutes(routers: readonly Router[]): MountedRoute[] {
  return routesOf(routers).flatMap(({ path, methods }) => methods.map((method) => ({ method, path })));
}

/** The last handler: a known path with another method is 405 with `Allow`, everything else 404. */
export function unmatched(routers: readonly Router[]): RequestHandler {
  const routes = routesOf(routers).map(({ path, methods }) => ({ pattern: patternOf(path), methods }));
  return (req, res) => {
    const methods = new Set(routes.filter(({ pattern }) => pattern.test(req.path)).flatMap((route) => route.methods));
    if (methods.size === 0) throw new Failure("not_found");
    res.setHeader("Allow", [...methods].join(", "));
    throw new Failure("method_not_allowed");
  };
}

function routesOf(routers: readonly Router[]): { path: string; methods: string[] }[] {
  return routers
    .flatMap((router) => router.stack)
    .flatMap(({ route }) => {
      if (!route) return [];
      const methods = [...new Set(route.stack.map((layer) => layer.method.toUpperCase()))];
      return [route.path].flat().map((path) => ({ path, methods }));
    });
}

function patternOf(path: string): RegExp {
  const parts = path
    .split("/")
    .map((part) => (part.startsWith(":") ? "[^/]+" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")));
  return new RegExp(`^${parts.join("/")}/?$`, "i");
}
