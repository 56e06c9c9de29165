import type { ServerResponse } from "node:http";
import type { RequestHandler } from "express";
import helmet from "helmet";
import type { ApiConfig } from "../config.ts";

/** Pages run only scripts and styles of ours, by nonce; nobody may frame them. */
export function secureHeaders(config: ApiConfig): RequestHandler {
  const nonce = (_req: unknown, res: ServerResponse) =>
    `'nonce-${String((res as ServerResponse & { locals: Record<string, unknown> }).locals["nonce"])}'`;
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: [nonce],
        styleSrc: [nonce],
        imgSrc: ["'self'", "data:", "https:", new URL(config.TIKTOK_WWW_URL).origin],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: "same-origin" },
    strictTransportSecurity: config.PUBLIC_URL.startsWith("https:"),
  });
}
