import { Prisma } from "../generated/client.ts";

/** Tables the predicate speaks of: publication p, its account a, its workspace w, the installation i. */
export const movableFrom = Prisma.sql`
  publications p
  join social_accounts a on a.id = p.account_id
  join workspaces w on w.id = p.workspace_id
  cross join installation i`;

/** Holds that concern publication p: the app's in both lanes; an account's or a feature's only where something begins. */
export const holdsOfPublication = Prisma.sql`
  h.platform = p.platform and h.until > now() and (
    h.scope = 'app'
    or (p.lane = 'advance' and (
      (h.scope = 'account' and h.account_id = p.account_id) or (h.scope = 'feature' and h.feature = p.type))))`;

/** What may move: used by the dispatch and repeated by the claim, so that a stale job does nothing. */
export const movable = Prisma.sql`
  p.next_at <= now()
  and (p.lease_until is null or p.lease_until < now())
  and (a.state = 'connected' or (a.state = 'disconnecting' and p.lane = 'check'))
  and not i.paused and not w.paused and not a.paused
  and (not i.reconcile_only or p.lane = 'check')
  and not exists (select 1 from platform_holds h where ${holdsOfPublication} and h.next_probe_at > now())
  and (p.lane <> 'advance' or (
    (a.slot_until is null or a.slot_until < now())
    and not exists (
      select 1 from publication_media m join renditions r on r.id = m.rendition_id
      where m.publication_id = p.id and r.state <> 'ready')))`;
