import type { Request, Response } from "express";

const longestMs = 5_000;

/**
 * Lets the caller of a refused upload read the answer: closing at once would reset a connection that still sends, and the
 * answer with it. What goes on arriving is thrown away, for a few seconds at most.
 */
export function drainRefused(req: Request, res: Response): void {
  if (req.complete) return;
  res.locals["drains"] = true;
  req.resume();
  const limit = setTimeout(() => req.destroy(), longestMs);
  limit.unref();
  const done = () => clearTimeout(limit);
  req.once("end", done);
  req.once("close", done);
  res.once("finish", () => {
    if (!req.complete) req.resume();
  });
}
