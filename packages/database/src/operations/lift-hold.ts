import type { Database } from "../connect.ts";

/**
 * Takes one hold away because an operator says that its cause is mended, and makes due what waits for it. False when
 * there is no such hold any more. If the cause is not mended, the next refusal places it again.
 */
export async function liftHold(database: Database, holdId: string): Promise<boolean> {
  return await database.asSystem(async (tx) => {
    const [hold] = await tx.$queryRaw<{ platform: string; feature: string | null; accountId: string | null }[]>`
      delete from platform_holds where id = ${holdId}::uuid returning platform, feature, account_id as "accountId"`;
    if (!hold) return false;
    await tx.$executeRaw`
      with held as materialized (
        -- In the order in which everybody locks them.
        select p.id from publications p
        where p.platform = ${hold.platform} and p.wait_reason in ('hold', 'cap') and p.next_at > now()
          and (${hold.feature}::text is null or p.type = ${hold.feature})
          and (${hold.accountId}::uuid is null or p.account_id = ${hold.accountId}::uuid)
          and p.status in ('scheduled', 'waiting', 'uploading', 'processing')
        order by p.id for update
      )
      update publications p set next_at = greatest(now(), p.due_at) from held where p.id = held.id`;
    return true;
  });
}
