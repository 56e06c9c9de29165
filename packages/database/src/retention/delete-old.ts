import type { Database, Tx } from "../connect.ts";

type Delete = (tx: Tx, limit: number) => Promise<number>;

/** How long what is no figure, event or media is kept. Inbound webhooks have a sweep of their own. */
const deletes: Readonly<Record<string, Delete>> = {
  idempotency_keys: (tx, limit) => tx.$executeRaw`
    delete from idempotency_keys where (workspace_id, key) in (
      select workspace_id, key from idempotency_keys where created_at < now() - interval '48 hours' order by created_at limit ${limit})`,
  oauth_states: (tx, limit) => tx.$executeRaw`
    delete from oauth_states where id in (
      select id from oauth_states where expires_at < now() - interval '1 day' order by expires_at limit ${limit})`,
  // An answer that a publication in doubt may still be judged by stays.
  publication_journal: (tx, limit) => tx.$executeRaw`
    delete from publication_journal where id in (
      select j.id from publication_journal j join publications p on p.id = j.publication_id
      where j.at < now() - interval '30 days' and p.status in ('published', 'delivered', 'failed', 'canceled') order by j.at limit ${limit})`,
  webhook_deliveries: (tx, limit) => tx.$executeRaw`
    delete from webhook_deliveries where id in (
      select id from webhook_deliveries where created_at < now() - interval '30 days' and next_at is null order by created_at limit ${limit})`,
  notifications: (tx, limit) => tx.$executeRaw`
    delete from notifications where id in (
      select id from notifications where created_at < now() - interval '90 days' order by created_at limit ${limit})`,
  audit_log: (tx, limit) => tx.$executeRaw`
    delete from audit_log where id in (
      select id from audit_log where at < now() - interval '1 year' order by at limit ${limit})`,
};

export const keptTables: readonly string[] = Object.keys(deletes);

/** Deletes up to `limit` rows of a table that were kept long enough; answers how many there were. */
export async function deleteOld(database: Database, table: string, limit: number): Promise<number> {
  const remove = deletes[table];
  if (!remove) throw new Error(`nothing says how long ${table} is kept`);
  return await database.asSystem((tx) => remove(tx, limit));
}
