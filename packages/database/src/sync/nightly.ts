import type { Database } from "../connect.ts";
import { newId } from "../ids.ts";

export interface DueAccount {
  readonly accountId: string;
  readonly workspaceId: string;
  readonly platform: string;
  /** IANA; UTC where the workspace has set none. */
  readonly timeZone: string;
  /** The due time as it was read, for `planNights`; it may not be a date. */
  readonly due: string;
  /** The time was not decided yet: it is to be decided, and nothing else. */
  readonly isUnplanned: boolean;
  /** Null: never synced. */
  readonly syncedNight: number | null;
}

/** Connected accounts whose time has come, or has never been decided. `scopes`: what a platform must have been granted. */
export async function findDueAccounts(
  database: Database,
  query: { scopes: readonly { platform: string; scope: string }[]; limit: number },
): Promise<DueAccount[]> {
  const platforms = query.scopes.map(({ platform }) => platform);
  const scopes = query.scopes.map(({ scope }) => scope);
  return await database.asSystem(
    (tx) => tx.$queryRaw<DueAccount[]>`
      select a.id as "accountId", a.workspace_id as "workspaceId", a.platform, w.time_zone as "timeZone", a.next_sync_at::text as due,
        a.next_sync_at = '-infinity' as "isUnplanned", a.synced_night as "syncedNight"
      from social_accounts a join workspaces w on w.id = a.workspace_id
      where a.state = 'connected' and a.next_sync_at <= now() and not a.paused and not w.paused
        and exists (select 1 from unnest(${platforms}::text[], ${scopes}::text[]) as s(platform, scope)
          where s.platform = a.platform and s.scope = any(a.scopes))
      order by a.next_sync_at limit ${query.limit}`,
  );
}

export interface PlannedNight {
  readonly account: DueAccount;
  readonly nextAt: Date;
  /** What the time was computed from: another rule means another time. */
  readonly rule: string;
  readonly night: number;
  /** Null: no sync now. `youngerThanDays` null: everything is read. */
  readonly walk: { readonly youngerThanDays: number | null } | null;
}

/**
 * Moves the accounts on to their next time and begins the runs of this one, together. An account that another tick has
 * moved already is left alone, and so is one whose run is still open. Returns how many runs were begun.
 */
export async function planNights(database: Database, nights: readonly PlannedNight[]): Promise<number> {
  if (nights.length === 0) return 0;
  const rows = nights.map(({ account, nextAt, rule, night, walk }) => ({
    run_id: newId(),
    account_id: account.accountId,
    due: account.due,
    next_at: nextAt,
    rule,
    night,
    has_walk: walk !== null,
    days: walk?.youngerThanDays ?? null,
  }));
  return await database.asSystem(
    (tx) => tx.$executeRaw`
      with n as (
        select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
          as n(run_id uuid, account_id uuid, due text, next_at timestamptz, rule text, night int, has_walk boolean, days int)
      ), moved as (
        update social_accounts a set next_sync_at = n.next_at, sync_rule = n.rule
        from n where a.id = n.account_id and a.next_sync_at = n.due::timestamptz and a.state = 'connected'
        returning a.id, a.workspace_id, a.platform
      )
      insert into sync_runs (id, workspace_id, account_id, platform, next_at, night, walk_since)
      select n.run_id, m.workspace_id, m.id, m.platform, now(), n.night, now() - make_interval(days => n.days)
      from moved m join n on n.account_id = m.id
      where n.has_walk and not exists (select 1 from sync_runs r where r.account_id = m.id and r.state in ('waiting', 'running'))
      on conflict (account_id) where state in ('waiting', 'running') do nothing`,
  );
}

/** Forgets times that were computed from other rules than `rules` (of a time zone, or of all others). */
export async function forgetOtherRules(database: Database, rules: { cron: string; timeZone: string }): Promise<number> {
  return await database.asSystem(
    (tx) => tx.$executeRaw`
      update social_accounts a set next_sync_at = '-infinity', sync_rule = null from workspaces w
      where w.id = a.workspace_id and a.sync_rule is not null
        and a.sync_rule <> ${rules.cron} || ' ' || case when w.time_zone = 'UTC' then ${rules.timeZone} else w.time_zone end`,
  );
}

/** Runs that should be moving and that nobody holds: their jobs were lost, or their time has come. */
export async function findStandingSyncs(
  database: Database,
  limit: number,
): Promise<{ runId: string; workspaceId: string }[]> {
  return await database.asSystem(
    (tx) => tx.$queryRaw<{ runId: string; workspaceId: string }[]>`
      select id as "runId", workspace_id as "workspaceId" from sync_runs
      where next_at <= now() and (lease_until is null or lease_until < now()) order by next_at limit ${limit}`,
  );
}
