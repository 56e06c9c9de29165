import { createHash, randomBytes } from "node:crypto";

/**
 * One random connect token gives the state by a one-way step: the connect page can send the state on though only hashes are
 * stored, and whoever sees the state in an address cannot open the connect page.
 */
export function newConnectionSecrets(): { connectToken: string; state: string; codeVerifier: string } {
  const connectToken = randomBytes(32).toString("base64url");
  // TikTok: 43 to 128 characters. https://developers.tiktok.com/doc/login-kit-desktop, read 2026-11-22
  return { connectToken, state: stateOf(connectToken), codeVerifier: randomBytes(48).toString("base64url") };
}

export function stateOf(connectToken: string): string {
  return createHash("sha256").update(`reelay oauth state ${connectToken}`, "utf8").digest("base64url");
}
