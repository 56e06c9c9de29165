import { createHash } from "node:crypto";
import type { World } from "./world.ts";
import type { SimVideo } from "./videos.ts";

const lifeSec = 6 * 3_600;

/** Signed for six hours from now; the path stays the same as long as the picture does. */
export function coverAddress(world: World, origin: string, video: SimVideo): string {
  const expires = Math.floor(world.now() / 1000) + lifeSec;
  const path = `/cover/${video.id}-${video.coverVersion}.jpeg`;
  return `${origin}${path}?x-expires=${expires}&x-signature=${signatureOf(path, expires)}`;
}

export function isSignedNow(world: World, path: string, query: { expires: string; signature: string }): boolean {
  const expires = Number(query.expires);
  return expires > world.now() / 1000 && query.signature === signatureOf(path, expires);
}

function signatureOf(path: string, expires: number): string {
  return createHash("sha256").update(`${path} ${expires}`).digest("hex").slice(0, 24);
}
