import type { RefreshOutlook } from "@reelay/domain";
import type { Database } from "./connect.ts";
import { Prisma } from "./generated/client.ts";

/** What the tokens of one account are up to, and the first thing that is due on it. */
export interface RefreshOutlookRow extends Omit<RefreshOutlook, "work"> {
  readonly workDueInMs: number | null;
  /** Bytes that the work still has to send, and the measured rate of this installation. */
  readonly workBytes: number;
  readonly uploadRate: number | null;
}

const openStatuses = Prisma.sql`('preparing', 'scheduled', 'waiting', 'uploading', 'processing')`;
/** Grants g of connected accounts a, with the first open publication p of each: one look into an index. */
const outlooksFrom = Prisma.sql`
  grants g
  join social_accounts a on a.id = g.account_id and a.state = 'connected'
  left join lateral (
    select o.id, o.bytes_sent, coalesce(o.next_at, o.due_at) as due_at from publications o
    where o.account_id = g.account_id and o.status in ${openStatuses}
    order by coalesce(o.next_at, o.due_at) limit 1
  ) p on true
  cross join installation i`;
const outlookColumns = Prisma.sql`
  g.account_id as "accountId", g.access_lifetime_ms::float8 as "accessLifetimeMs",
  (extract(epoch from g.access_expires_at - now()) * 1000)::float8 as "accessRemainingMs",
  (extract(epoch from g.refresh_expires_at - g.obtained_at) * 1000)::float8 as "refreshLifetimeMs",
  (extract(epoch from g.refresh_expires_at - now()) * 1000)::float8 as "refreshRemainingMs",
  coalesce(g.lease_until > now(), false) as "isRefreshing", g.refresh_sent_at is not null as "isUnanswered",
  coalesce(a.slot_until > now(), false) as "isPublishing",
  (extract(epoch from p.due_at - now()) * 1000)::float8 as "workDueInMs", i.upload_rate as "uploadRate",
  greatest(0, coalesce((
    select sum(coalesce(r.size_bytes, f.size_bytes)) from publication_media m
    join renditions r on r.id = m.rendition_id join media f on f.id = m.media_id
    where m.publication_id = p.id), 0) - coalesce(p.bytes_sent, 0))::float8 as "workBytes"`;

/** Of one connected account; null when it is not connected, or has no tokens. */
export async function readRefreshOutlook(database: Database, accountId: string): Promise<RefreshOutlookRow | null> {
  return await database.asSystem(async (tx) => {
    const [row] = await tx.$queryRaw<RefreshOutlookRow[]>`
      select ${outlookColumns} from ${outlooksFrom} where g.account_id = ${accountId}::uuid and g.refresh_token is not null`;
    return row ?? null;
  });
}

/**
 * One page, by account id, of the accounts whose tokens may want a refresh: work falls due within an access token's life, or
 * less than `lowShare` of the refresh token's life is left. Platforms whose app is held are left out: due work probes them.
 */
export async function listRefreshOutlooks(
  database: Database,
  page: { afterId: string | null; limit: number; lowShare: number },
): Promise<RefreshOutlookRow[]> {
  const after = page.afterId === null ? Prisma.sql`true` : Prisma.sql`g.account_id > ${page.afterId}::uuid`;
  return await database.asSystem(
    (tx) => tx.$queryRaw<RefreshOutlookRow[]>`
      select ${outlookColumns} from ${outlooksFrom}
      where ${after} and g.refresh_token is not null
        and (p.due_at < now() + make_interval(secs => g.access_lifetime_ms / 1000.0)
          or g.refresh_expires_at - now() < (g.refresh_expires_at - g.obtained_at) * ${page.lowShare}::float8)
        and a.platform not in (select h.platform from platform_holds h where h.scope = 'app' and h.until > now())
      order by g.account_id limit ${page.limit}`,
  );
}
