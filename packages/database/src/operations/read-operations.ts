import type { PublicationStatus, WaitReason } from "@reelay/domain";
import type { Database, Tx } from "../connect.ts";
import type { LossCause } from "../lose-account.ts";
import { movable, movableFrom } from "../publications/movable.ts";

/** What an operator sees of the whole installation; every list holds at most `limit` rows and its count the truth. */
export interface Operations {
  readonly now: Date;
  readonly paused: boolean;
  readonly reconcileOnly: boolean;
  readonly workers: readonly QueueWorkers[];
  readonly late: Counted<LatePublication>;
  readonly unsure: { readonly inDoubt: number; readonly needsReview: number; readonly oldestAt: Date | null };
  readonly lostAccounts: Counted<LostAccount>;
  readonly holds: readonly HoldRow[];
}

export interface Counted<Row> {
  readonly count: number;
  readonly rows: readonly Row[];
}

/** Living processes that take from a queue, and the jobs they run at once. */
export interface QueueWorkers {
  readonly queue: string;
  readonly processes: number;
  readonly places: number;
}

export interface LatePublication {
  readonly id: string;
  readonly workspace: string;
  readonly account: string;
  readonly platform: string;
  readonly status: PublicationStatus;
  readonly dueAt: Date;
  /** Nothing keeps it but a free place. */
  readonly mayMove: boolean;
  readonly leased: boolean;
  readonly waitReason: WaitReason | null;
  readonly nextAt: Date | null;
}

export interface LostAccount {
  readonly id: string;
  readonly workspace: string;
  readonly account: string;
  readonly platform: string;
  readonly cause: LossCause | null;
  readonly since: Date;
}

export interface HoldRow {
  readonly id: string;
  readonly platform: string;
  readonly scope: "app" | "feature" | "account";
  readonly feature: string | null;
  readonly account: string | null;
  readonly failureCode: string;
  readonly until: Date;
  readonly nextProbeAt: Date;
}

/** Reads it all at one moment. `lateAfterMs`: how late a publication is before it is listed. */
export async function readOperations(
  database: Database,
  options: { aliveWithinMs: number; lateAfterMs: number; limit: number },
): Promise<Operations> {
  return await database.asSystem(async (tx) => {
    const [installation] = await tx.$queryRaw<{ now: Date; paused: boolean; reconcileOnly: boolean }[]>`
      select now() as now, paused, reconcile_only as "reconcileOnly" from installation where id = 1`;
    if (!installation) throw new Error("the installation has no row");
    return {
      ...installation,
      workers: await readQueueWorkers(tx, options.aliveWithinMs),
      late: await readLate(tx, options),
      unsure: await readUnsure(tx),
      lostAccounts: await readLostAccounts(tx, options.limit),
      holds: await readHolds(tx),
    };
  });
}

async function readQueueWorkers(tx: Tx, aliveWithinMs: number): Promise<QueueWorkers[]> {
  return await tx.$queryRaw<QueueWorkers[]>`
    select queue, count(*)::int as processes, sum(places)::int as places from workers cross join unnest(queues) as queue
    where seen_at > now() - make_interval(secs => ${aliveWithinMs}::float8 / 1000) group by queue`;
}

async function readLate(tx: Tx, options: { lateAfterMs: number; limit: number }): Promise<Counted<LatePublication>> {
  const rows = await tx.$queryRaw<(LatePublication & { count: number })[]>`
    select p.id, w.name as workspace, coalesce(a.handle, a.external_id) as account, p.platform, p.status, p.due_at as "dueAt",
      ${movable} as "mayMove", coalesce(p.lease_until > now(), false) as leased,
      case when i.paused or w.paused or a.paused then 'paused'
        when a.state = 'needs_reconnect' then 'account_needs_reconnect' else p.wait_reason end as "waitReason",
      p.next_at as "nextAt", (count(*) over ())::int as count
    from ${movableFrom}
    where p.status in ('preparing', 'scheduled', 'waiting', 'uploading', 'processing')
      and p.due_at < now() - make_interval(secs => ${options.lateAfterMs}::float8 / 1000)
    order by p.due_at, p.id limit ${options.limit}`;
  return counted(rows);
}

async function readUnsure(tx: Tx): Promise<Operations["unsure"]> {
  const [row] = await tx.$queryRaw<{ inDoubt: number; needsReview: number; oldestAt: Date | null }[]>`
    select (count(*) filter (where status = 'processing' and intent is not null))::int as "inDoubt",
      (count(*) filter (where status = 'needs_review'))::int as "needsReview", min(due_at) as "oldestAt"
    from publications where (status = 'processing' and intent is not null) or status = 'needs_review'`;
  return row ?? { inDoubt: 0, needsReview: 0, oldestAt: null };
}

async function readLostAccounts(tx: Tx, limit: number): Promise<Counted<LostAccount>> {
  const rows = await tx.$queryRaw<(LostAccount & { count: number })[]>`
    select a.id, w.name as workspace, coalesce(a.handle, a.external_id) as account, a.platform, a.state_cause as cause,
      a.state_changed_at as since, (count(*) over ())::int as count
    from social_accounts a join workspaces w on w.id = a.workspace_id
    where a.state = 'needs_reconnect' order by a.state_changed_at desc, a.id limit ${limit}`;
  return counted(rows);
}

async function readHolds(tx: Tx): Promise<HoldRow[]> {
  return await tx.$queryRaw<HoldRow[]>`
    select h.id, h.platform, h.scope, h.feature, coalesce(a.handle, a.external_id) as account, h.failure_code as "failureCode",
      h.until, h.next_probe_at as "nextProbeAt"
    from platform_holds h left join social_accounts a on a.id = h.account_id
    where h.until > now() order by h.until, h.id limit 100`;
}

function counted<Row extends { readonly count: number }>(rows: readonly Row[]): Counted<Row> {
  return { count: rows[0]?.count ?? 0, rows };
}
