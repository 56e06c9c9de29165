import { randomBytes } from "node:crypto";
import type { CookieOptions, Request, Response } from "express";

const lifeMs = 15 * 60_000;

/** The secret that a bound browser carries from the connect page to the callback; null without one. */
export function readBrowser(req: Request, publicUrl: string): string | null {
  const name = cookieName(publicUrl);
  for (const part of (req.headers.cookie ?? "").split(";")) {
    const at = part.indexOf("=");
    if (part.slice(0, at).trim() !== name) continue;
    const value = part.slice(at + 1).trim();
    if (/^[A-Za-z0-9_-]{43}$/.test(value)) return value;
  }
  return null;
}

/** Gives the browser a secret, or prolongs the one it has: two connections at once share it. */
export function bindCookie(req: Request, res: Response, publicUrl: string): string {
  const browser = readBrowser(req, publicUrl) ?? randomBytes(32).toString("base64url");
  const options: CookieOptions = {
    httpOnly: true,
    sameSite: "lax",
    path: "/",
    maxAge: lifeMs,
    secure: isSecure(publicUrl),
  };
  res.cookie(cookieName(publicUrl), browser, options);
  return browser;
}

// The prefix keeps a sibling domain from planting a secret that it knows.
function cookieName(publicUrl: string): string {
  return isSecure(publicUrl) ? "__Host-reelay_connect" : "reelay_connect";
}

function isSecure(publicUrl: string): boolean {
  return publicUrl.startsWith("https:");
}
