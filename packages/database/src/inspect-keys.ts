import type { Database } from "./connect.ts";
import { opensCanary } from "./installation.ts";
import { createVault, type VaultKey } from "./vault.ts";

export interface KeyFacts {
  /** Whether the keys open what the first start sealed; null: nothing is sealed yet. */
  readonly opens: boolean | null;
  /** Keys that seal stored tokens or upload addresses and were not given. */
  readonly missing: readonly { readonly keyId: string; readonly texts: number }[];
}

/** What `checkKeys` would find, and which older keys are still needed; writes nothing. */
export async function inspectKeys(database: Database, keys: readonly VaultKey[]): Promise<KeyFacts> {
  const vault = createVault(keys);
  return await database.asSystem(async (tx) => {
    const [row] = await tx.$queryRaw<{ canary: string | null }[]>`
      select key_canary as canary from installation where id = 1`;
    // The second part of a sealed text is its key's id.
    const used = await tx.$queryRaw<{ keyId: string; texts: number }[]>`
      select split_part(sealed, '.', 2) as "keyId", count(*)::int as texts from (
        select access_token as sealed from grants union all select refresh_token from grants
        union all select checkpoint from publications where next_at is not null
      ) as stored where sealed is not null group by 1 order by 1`;
    const given = new Set(keys.map(({ id }) => id));
    return {
      opens: row?.canary ? opensCanary(vault, row.canary) : null,
      missing: used.filter(({ keyId }) => !given.has(keyId)),
    };
  });
}
