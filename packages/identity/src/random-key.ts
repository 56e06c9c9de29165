import { randomBytes } from "node:crypto";

// The key plugin refuses shorter keys; longer ones are not worth hashing.
export const minimumKeyLength = 64;
export const maximumKeyLength = 512;

/** A new API key. The prefix makes it findable where keys leak: logs redact it, scanners know it. */
export function randomKey(): string {
  return `rly_${randomBytes(48).toString("base64url")}`;
}
