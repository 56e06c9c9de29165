import type { Database } from "../connect.ts";
import { Prisma } from "../generated/client.ts";
import { movable, movableFrom } from "./movable.ts";

export interface Dispatched {
  readonly publicationId: string;
  readonly workspaceId: string;
  readonly ticket: number;
}

const dispatchLock = 7_205_301;

/**
 * Marks up to `places` movable publications of `lane` as dispatched and returns them, or `null` when another dispatcher
 * holds the lock. Round by round the oldest of each workspace, workspaces by the time they were last served, at most one
 * of an account in lane `advance`; no workspace takes more than half of the places while another has something due.
 */
export async function dispatchDue(
  database: Database,
  options: { lane: "advance" | "check"; places: number; visibleAfterMs: number },
): Promise<Dispatched[] | null> {
  if (options.places <= 0) return [];
  return await database.asSystem(async (tx) => {
    const [lock] = await tx.$queryRaw<
      { locked: boolean }[]
    >`select pg_try_advisory_xact_lock(${dispatchLock}::int8) as locked`;
    if (!lock?.locked) return null;
    const oneOf = options.lane === "advance" ? Prisma.sql`p.account_id` : Prisma.sql`p.id`;
    const accountIsFree =
      options.lane === "advance"
        ? Prisma.sql`not exists (select 1 from publications o where o.account_id = p.account_id and o.lane = 'advance' and o.dispatched_until > now())`
        : Prisma.sql`true`;
    return await tx.$queryRaw<Dispatched[]>`
      with due as materialized (
        select distinct on (${oneOf}) p.id, p.workspace_id, p.due_at
        from ${movableFrom}
        where ${movable} and p.lane = ${options.lane}
          and (p.dispatched_until is null or p.dispatched_until < now()) and ${accountIsFree}
        order by ${oneOf}, p.due_at, p.id
      ),
      taken as (
        select workspace_id, count(*)::int as places from publications
        where lane = ${options.lane} and (lease_until > now() or dispatched_until > now()) group by workspace_id
      ),
      fair as (
        select greatest(1, case when (select count(distinct workspace_id) from due) > 1
          then (${options.places} + (select coalesce(sum(places), 0) from taken))::int / 2 else ${options.places} end) as share
      ),
      ranked as (
        select d.id, d.workspace_id, d.due_at, row_number() over (partition by d.workspace_id order by d.due_at, d.id) as round from due d
      ),
      chosen as (
        select r.id, r.workspace_id, r.round, r.due_at from ranked r
        join workspaces w on w.id = r.workspace_id
        left join taken t on t.workspace_id = r.workspace_id
        where (select count(distinct workspace_id) from due) = 1 or r.round + coalesce(t.places, 0) <= (select share from fair)
        order by r.round, w.last_dispatched_at, r.due_at, r.id
        limit ${options.places}
      ),
      locked as materialized (
        -- In the order in which everybody locks them: an update takes them in any.
        select p.id, p.workspace_id from publications p
        where p.id in (select id from chosen) and (p.lease_until is null or p.lease_until < now())
        order by p.id for update
      ),
      stamped as (
        update workspaces w set last_dispatched_at = clock_timestamp() where w.id in (select workspace_id from locked)
      )
      update publications p
      set dispatch_ticket = p.dispatch_ticket + 1, dispatched_until = now() + make_interval(secs => ${options.visibleAfterMs}::float8 / 1000)
      from locked where p.id = locked.id
      returning p.id as "publicationId", p.workspace_id as "workspaceId", p.dispatch_ticket as ticket`;
  });
}

/**
 * Places that are free in `lane`: places of living workers, less live leases; who holds a slot too is at work in lane
 * `advance`, whatever its row's lane has become. Jobs waiting in Redis are the caller's to subtract.
 */
export async function freePlaces(
  database: Database,
  options: { lane: "advance" | "check"; queue: string; aliveWithinMs: number },
): Promise<{ free: number; processes: number }> {
  return await database.asSystem(async (tx) => {
    const [row] = await tx.$queryRaw<{ places: number; processes: number; leased: number }[]>`
      select coalesce(sum(w.places), 0)::int as places, count(*)::int as processes,
        (select count(*)::int from publications p join social_accounts a on a.id = p.account_id
          where p.lease_until > now()
            and (${options.lane} = 'advance') = coalesce(a.slot_publication_id = p.id and a.slot_until > now(), false)) as leased
      from workers w
      where ${options.queue} = any(w.queues) and w.seen_at > now() - make_interval(secs => ${options.aliveWithinMs}::float8 / 1000)`;
    return { free: (row?.places ?? 0) - (row?.leased ?? 0), processes: row?.processes ?? 0 };
  });
}

/** Milliseconds until the next row could become due by its time alone; null when there is none. */
export async function nextDueInMs(database: Database): Promise<number | null> {
  return await database.asSystem(async (tx) => {
    const [row] = await tx.$queryRaw<{ ms: number | null }[]>`
      select (extract(epoch from min(next_at) - now()) * 1000)::float8 as ms from publications where next_at > now()`;
    return row?.ms ?? null;
  });
}
