import { Failure } from "@reelay/domain";
import type { Request, RequestHandler } from "express";

/** Refuses (`forbidden`) every write that does not come from a page of this very address. */
export const sameOrigin: RequestHandler = (req, _res, next) => {
  if (writes(req) && !isOwn(req)) throw new Failure("forbidden", { internal: "a write from another origin" });
  next();
};

export function writes(req: Pick<Request, "method">): boolean {
  return req.method !== "GET" && req.method !== "HEAD";
}

// Browsers send Origin with every write, and no page can set it or Host. Who sends none is no browser.
function isOwn(req: Request): boolean {
  const origin = req.get("origin");
  const site = req.get("sec-fetch-site");
  if (origin === undefined || !URL.canParse(origin)) return false;
  return new URL(origin).host === req.get("host") && (site === undefined || site === "same-origin");
}
