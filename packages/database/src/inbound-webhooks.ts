import type { Database, Tx } from "./connect.ts";
import { newId } from "./ids.ts";
import { lockHandle, wakeable, wakesNow } from "./publications/wake.ts";

/** A verified webhook of a platform about an account. `raw` is kept as it came. */
export interface InboundWebhook {
  readonly platform: string;
  /** The same for every delivery of one event. */
  readonly dedupeKey: string;
  readonly event: string;
  /** The platform's own id of the account. */
  readonly externalAccountId: string;
  /** What the event is about (TikTok publish_id); null when it is about the account. */
  readonly handle: string | null;
  readonly raw: Uint8Array;
}

export type Received =
  /** No account of ours: nothing was stored. */
  | { readonly outcome: "unknown_account" }
  | { readonly outcome: "repeated" }
  /** `woke`: a publication may be asked about now. `matched` is false for a handle that nobody has saved yet. */
  | { readonly outcome: "stored"; readonly webhookId: string; readonly matched: boolean; readonly woke: boolean };

/** How long a webhook about an unknown handle waits for it. */
const earlyFor = "72 hours";

/**
 * Stores a webhook once, however often it comes, and in the same transaction wakes the publication that it names. Nothing
 * in it is believed: it only makes the platform be asked sooner.
 */
export async function receiveWebhook(database: Database, webhook: InboundWebhook): Promise<Received> {
  return await database.asSystem(async (tx) => {
    if (!(await isKnownAccount(tx, webhook))) return { outcome: "unknown_account" };
    if (webhook.handle !== null) await lockHandle(tx, webhook.handle);
    const webhookId = newId();
    const stored = await tx.$executeRaw`
      insert into inbound_webhooks (id, platform, dedupe_key, event, external_account_id, handle, raw)
      values (${webhookId}::uuid, ${webhook.platform}, ${webhook.dedupeKey}, ${webhook.event}, ${webhook.externalAccountId},
        ${webhook.handle}, ${Buffer.from(webhook.raw)})
      on conflict (dedupe_key) do nothing`;
    if (stored === 0) return { outcome: "repeated" };
    const { matched, woke } = await wakeByHandle(tx, webhookId, webhook);
    if (matched) await tx.$executeRaw`update inbound_webhooks set matched_at = now() where id = ${webhookId}::uuid`;
    return { outcome: "stored", webhookId, matched, woke };
  });
}

async function isKnownAccount(tx: Tx, { platform, externalAccountId }: InboundWebhook): Promise<boolean> {
  const rows = await tx.$queryRaw<object[]>`
    select 1 from social_accounts where platform = ${platform} and external_id = ${externalAccountId} limit 1`;
  return rows.length > 0;
}

async function wakeByHandle(
  tx: Tx,
  webhookId: string,
  { platform, externalAccountId, handle }: InboundWebhook,
): Promise<{ matched: boolean; woke: boolean }> {
  if (handle === null) return { matched: false, woke: false };
  const named = await tx.$queryRaw<{ id: string }[]>`
    select p.id from publications p join social_accounts a on a.id = p.account_id
    where p.platform_handle = ${handle} and p.platform = ${platform} and a.external_id = ${externalAccountId}
    order by p.id for update of p`;
  const ids = named.map(({ id }) => id);
  const woken = await tx.$queryRaw<{ now: boolean }[]>`
    update publications p set woken_by = ${webhookId}::uuid,
      next_at = case when ${wakesNow} then least(p.next_at, now()) else p.next_at end
    where p.id = any(${ids}::uuid[]) and ${wakeable}
    returning ${wakesNow} as now`;
  return { matched: ids.length > 0, woke: woken.some(({ now }) => now) };
}

/** Marks the webhooks about `handle` that came before it was saved, and remembers the latest at the publication. */
export async function matchEarlyWebhooks(tx: Tx, publicationId: string, handle: string): Promise<void> {
  await tx.$executeRaw`
    with early as (
      update inbound_webhooks w set matched_at = now()
      from publications p join social_accounts a on a.id = p.account_id
      where p.id = ${publicationId}::uuid and w.platform = p.platform and w.external_account_id = a.external_id
        and w.handle = ${handle} and w.matched_at is null and w.received_at > now() - ${earlyFor}::interval
      returning w.id, w.received_at
    )
    update publications set woken_by = (select id from early order by received_at desc, id desc limit 1)
    where id = ${publicationId}::uuid and exists (select 1 from early)`;
}

/** An account that a webhook says has withdrawn its permission, and that is still connected with us. */
export interface SuspectedRemoval {
  readonly accountId: string;
  readonly platform: string;
}

/** Accounts that an unsettled webhook speaks of; none when it is settled, or when they are lost or gone already. */
export async function suspectedRemovals(database: Database, webhookId: string): Promise<SuspectedRemoval[]> {
  return await database.asSystem(
    (tx) => tx.$queryRaw<SuspectedRemoval[]>`
      select a.id as "accountId", a.platform from inbound_webhooks w
      join social_accounts a on a.platform = w.platform and a.external_id = w.external_account_id
      where w.id = ${webhookId}::uuid and w.matched_at is null and w.handle is null and a.state = 'connected' order by a.id`,
  );
}

/** Nothing is left to find out about it. */
export async function settleWebhook(database: Database, webhookId: string): Promise<void> {
  await database.asSystem(
    (tx) =>
      tx.$executeRaw`update inbound_webhooks set matched_at = now() where id = ${webhookId}::uuid and matched_at is null`,
  );
}

/** Webhooks about accounts that nobody has settled, older than `olderThanMs`: their jobs were lost. */
export async function unsettledWebhooks(database: Database, olderThanMs: number, limit: number): Promise<string[]> {
  const rows = await database.asSystem(
    (tx) => tx.$queryRaw<{ id: string }[]>`
      select id from inbound_webhooks
      where matched_at is null and handle is null and received_at < now() - make_interval(secs => ${olderThanMs}::float8 / 1000)
      order by received_at limit ${limit}`,
  );
  return rows.map(({ id }) => id);
}

/** Deletes webhooks of 30 days, and those of 72 hours whose handle nobody has saved. Returns how many, at most `limit`. */
export async function deleteOldWebhooks(database: Database, limit: number): Promise<number> {
  return await database.asSystem(
    (tx) => tx.$executeRaw`
      delete from inbound_webhooks where id in (
        select id from inbound_webhooks
        where received_at < now() - interval '30 days' or (matched_at is null and received_at < now() - ${earlyFor}::interval)
        limit ${limit})`,
  );
}
