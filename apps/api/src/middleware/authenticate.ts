import { Failure } from "@reelay/domain";
import type { Identity, Principal } from "@reelay/identity";
import { currentContext } from "@reelay/runtime";
import type { Request, RequestHandler } from "express";

const principals = new WeakMap<Request, Principal>();

/** Finds out who asks, by API key or session; refuses nobody. `ownOrigin` is where our own pages are served. */
export function identify(identity: Identity, ownOrigin: string): RequestHandler {
  return async (req, _res, next) => {
    const principal = await identity.principalOf(req.headers);
    if (principal) {
      if (principal.kind === "user" && writes(req) && isForeign(req, ownOrigin)) {
        throw new Failure("forbidden", { internal: "a session's write from another origin" });
      }
      principals.set(req, principal);
      const context = currentContext();
      if (context)
        Object.assign(context.fields, { workspace_id: principal.workspaceId, principal_kind: principal.kind });
    }
    next();
  };
}

/** Refuses (`unauthorized`) whoever `identify` did not recognise. */
export const requirePrincipal: RequestHandler = (req, _res, next) => {
  principalOf(req);
  next();
};

/** Who asks; throws `unauthorized` when nobody is signed in and no valid key was sent. */
export function principalOf(req: Request): Principal {
  const principal = principals.get(req);
  if (!principal) throw new Failure("unauthorized");
  return principal;
}

export function principalOrNull(req: Request): Principal | null {
  return principals.get(req) ?? null;
}

/** The id that states and records remember the asker by. */
export function principalId(principal: Principal): string {
  return principal.kind === "user" ? principal.sessionId : principal.keyId;
}

function writes(req: Request): boolean {
  return !["GET", "HEAD", "OPTIONS"].includes(req.method);
}

// Cookies ignore ports, so another page on this host would be same-site: SameSite alone does not keep it out.
function isForeign(req: Request, ownOrigin: string): boolean {
  const site = req.get("sec-fetch-site");
  const origin = req.get("origin");
  if (origin !== undefined) return origin !== ownOrigin;
  return site !== undefined && site !== "same-origin" && site !== "none";
}
