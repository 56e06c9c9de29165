import express, { type Request, type RequestHandler } from "express";

/** Takes the body as text: a body that cannot be read is judged by the route, in its turn. */
export const anyBody: RequestHandler = express.text({ type: () => true, limit: "256kb" });

/** The JSON body; undefined when it is none, or does not say that it is. */
export function jsonOf(request: Request): unknown {
  if (!request.is("application/json") || typeof request.body !== "string") return undefined;
  try {
    return JSON.parse(request.body);
  } catch {
    return undefined;
  }
}
