import { defaultKeyHasher } from "@better-auth/api-key";
import type { Auth } from "./create-auth.ts";
import type { IdentityDatabase } from "./identity-database.ts";
import type { KeyPrincipal } from "./principal.ts";
import { maximumKeyLength, minimumKeyLength } from "./random-key.ts";

export type CheckKey = (key: string) => Promise<KeyPrincipal | null>;

const maxRemembered = 5_000;

/**
 * Says whose key it is, or null. Both answers are remembered for `rememberMs`: a verification writes the key's row, and a
 * revoked key may work that much longer. Throws when Postgres is away.
 */
export function createCheckKey(deps: { auth: Auth; database: IdentityDatabase; rememberMs: number }): CheckKey {
  const { auth, database, rememberMs } = deps;
  const remembered = new Map<string, { readonly answer: Promise<KeyPrincipal | null>; readonly until: number }>();

  async function check(key: string, hash: string): Promise<KeyPrincipal | null> {
    const [found] = await database.prisma.$queryRaw<{ good: boolean }[]>`
      select enabled is not false and (expires_at is null or expires_at > now()) as good from apikey where key = ${hash}`;
    if (!found?.good) return null;
    const { key: row } = await auth.api.verifyApiKey({ body: { key } });
    if (row) return { kind: "api_key", keyId: row.id, workspaceId: row.referenceId };
    // better-auth calls a key invalid, too, when it could not ask: that must not look like a wrong key.
    await database.ping();
    throw new Error("a good API key could not be verified");
  }

  return async (key) => {
    if (key.length < minimumKeyLength || key.length > maximumKeyLength) return null;
    const hash = await defaultKeyHasher(key);
    const now = performance.now();
    const found = remembered.get(hash);
    if (found && found.until > now) return await found.answer;
    const answer = check(key, hash);
    remembered.delete(hash);
    const oldest = remembered.keys().next();
    if (remembered.size >= maxRemembered && !oldest.done) remembered.delete(oldest.value);
    remembered.set(hash, { answer, until: now + rememberMs });
    answer.catch(() => remembered.delete(hash));
    return await answer;
  };
}
