import type { Tx } from "../connect.ts";

/**
 * Locks the open publications of an account for a transaction that will write the account, too: publications before their
 * account, as a claim locks them, so that the two never wait for each other.
 */
export async function lockOpenPublications(tx: Tx, accountId: string): Promise<void> {
  await tx.$queryRaw`
    select id from publications
    where account_id = ${accountId}::uuid and status in ('preparing', 'scheduled', 'waiting', 'uploading', 'processing')
    order by id for update`;
}
