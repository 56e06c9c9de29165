import { Failure } from "@reelay/domain";
import type { RequestHandler } from "express";
import { writes } from "./same-origin.ts";

/** With `readOnly` every write is refused (`forbidden`), whatever a page shows. */
export function refuseWrites(readOnly: boolean): RequestHandler {
  return (req, _res, next) => {
    if (readOnly && writes(req)) throw new Failure("forbidden", { internal: "the dashboard is read-only" });
    next();
  };
}
