import type { IncomingMessage, ServerResponse } from "node:http";
import { Failure } from "@reelay/domain";
import { toNodeHandler } from "better-auth/node";
import { basePath, type Auth } from "./create-auth.ts";

// What the product has so far; everything else of better-auth stays shut.
const openPaths = new Set(
  [
    "/sign-in/email",
    "/sign-out",
    "/get-session",
    "/change-password",
    "/list-sessions",
    "/revoke-session",
    "/revoke-other-sessions",
    "/organization/list",
    "/organization/set-active",
  ].map((path) => basePath + path),
);

const maxBodyBytes = 64 * 1024;

/**
 * Node handler for `/api/identity`; it reads the body itself, so it goes before any body parser. Limits attempts by
 * `x-forwarded-for`, which the caller vouches for. Throws `not_found`, `body_too_large`, and whatever the database throws.
 */
export function createHandler(auth: Auth): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const handle = toNodeHandler(auth);
  return async (req, res) => {
    const path = (req.url ?? "").split("?")[0] ?? "";
    if (!openPaths.has(path)) throw new Failure("not_found");
    // Without a length better-auth would read for ever.
    if (req.headers["transfer-encoding"] !== undefined || Number(req.headers["content-length"] ?? 0) > maxBodyBytes) {
      throw new Failure("body_too_large");
    }
    await handle(req, res);
  };
}
