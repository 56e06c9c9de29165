import { Failure } from "@reelay/domain";
import type { OperatorDoor, Visitor } from "@reelay/identity";
import type { Request, RequestHandler } from "express";
import { languageOf } from "../pages/language.ts";
import { writes } from "./same-origin.ts";

const visitors = new WeakMap<Request, Visitor>();

/** Finds out who asks; refuses nobody. */
export function identify(door: OperatorDoor): RequestHandler {
  return async (req, _res, next) => {
    const visitor = await door.visitorOf(req.headers);
    if (visitor) visitors.set(req, visitor);
    next();
  };
}

export function visitorOrNull(req: Request): Visitor | null {
  return visitors.get(req) ?? null;
}

/** Sends whoever has not signed in to do so, or says 401 to what is no page; to others than operators nothing is here. */
export const requireOperator: RequestHandler = (req, res, next) => {
  const visitor = visitors.get(req);
  if (!visitor) {
    if (!isPage(req)) throw new Failure("unauthorized");
    const language = languageOf(req);
    res.redirect(303, `/sign-in?lang=${language}&next=${encodeURIComponent(req.originalUrl)}`);
    return;
  }
  if (!visitor.isOperator) throw new Failure("not_found");
  next();
};

function isPage(req: Request): boolean {
  return !writes(req) && !/^\/queues\/(api|static)\//.test(req.path) && req.accepts("json", "html") === "html";
}
