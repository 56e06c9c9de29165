import { createHmac, timingSafeEqual } from "node:crypto";

export type SignatureVerdict = { readonly ok: true } | { readonly ok: false; readonly why: SignatureProblem };
export type SignatureProblem = "header" | "too_old" | "in_the_future" | "signature";

/** TikTok repeats a delivery for 72 hours, and does not say whether it signs each one anew. */
const oldestMs = 72 * 60 * 60_000;
const clockSkewMs = 5 * 60_000;

/**
 * Whether `header` (`TikTok-Signature: t=<unix s>,s=<hex>`) signs exactly these bytes with one of `secrets`: the app's
 * client secret, and while it is exchanged the one before it.
 * https://developers.tiktok.com/doc/webhooks-verification, read 2026-11-22.
 */
export function verifyTiktokSignature(given: {
  readonly header: string | undefined;
  readonly rawBody: Uint8Array;
  readonly secrets: readonly string[];
  readonly now: Date;
}): SignatureVerdict {
  const signed = parseHeader(given.header ?? "");
  if (!signed) return { ok: false, why: "header" };
  const ageMs = given.now.getTime() - Number(signed.time) * 1000;
  if (ageMs > oldestMs) return { ok: false, why: "too_old" };
  if (ageMs < -clockSkewMs) return { ok: false, why: "in_the_future" };
  const digest = Buffer.from(signed.digest, "hex");
  // Every secret is compared, so that the time says nothing of which one it was, either.
  const matches = given.secrets.map((secret) => timingSafeEqual(digestOf(secret, signed.time, given.rawBody), digest));
  return matches.includes(true) ? { ok: true } : { ok: false, why: "signature" };
}

function digestOf(secret: string, time: string, rawBody: Uint8Array): Buffer {
  return createHmac("sha256", secret).update(`${time}.`).update(rawBody).digest();
}

/** One `t` and one `s`, in any order, and nothing else. */
function parseHeader(header: string): { time: string; digest: string } | null {
  const parts = header.split(",");
  const one = (pattern: RegExp) => parts.flatMap((part) => pattern.exec(part)?.[1] ?? []);
  const [time, digest] = [one(/^t=(\d{1,12})$/)[0], one(/^s=([0-9a-f]{64})$/)[0]];
  return parts.length === 2 && time !== undefined && digest !== undefined ? { time, digest } : null;
}
