import { isAllowedOrigin } from "@reelay/database";
import type { Request, RequestHandler, Response } from "express";
import type { ApiDeps } from "../deps.ts";
import { principalOrNull } from "../middleware/authenticate.ts";

/**
 * Lets pages of the workspace's allowed origins upload with its key. A preflight says nothing of who will ask: it is answered for
 * the origins of any workspace, the request itself for its own alone. Cookies are never asked for.
 */
export function uploadOrigins({ config, database }: Pick<ApiDeps, "config" | "database">): RequestHandler {
  const own = new URL(config.PUBLIC_URL).origin;
  return async (req, res, next) => {
    const origin = req.get("origin");
    res.vary("Origin");
    if (origin !== undefined && (origin === own || (await isAllowedOrigin(database, origin, workspaceOf(req))))) {
      allow(res, origin);
    }
    next();
  };
}

function workspaceOf(req: Request): string | null {
  return principalOrNull(req)?.workspaceId ?? null;
}

function allow(res: Response, origin: string): void {
  res.setHeader("Access-Control-Allow-Origin", origin);
  res.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
}
