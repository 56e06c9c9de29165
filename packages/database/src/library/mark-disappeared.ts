import type { Tx } from "../connect.ts";

/** Marks the account's posts that a complete walk has not met since it began; they come back when they are seen again. */
export async function markDisappeared(tx: Tx, walk: { accountId: string; runId: string }): Promise<number> {
  return await tx.$executeRaw`
    update library_posts set disappeared_at = now()
    where account_id = ${walk.accountId}::uuid and disappeared_at is null
      and synced_at < (select started_at from sync_runs where id = ${walk.runId}::uuid)`;
}
