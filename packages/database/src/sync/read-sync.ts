import type { Tx } from "../connect.ts";

/** One account's part of a sync. */
export interface SyncState {
  readonly accountId: string;
  readonly state: "waiting" | "running" | "done" | "failed";
  /** Posts met for the first time, and posts that were known. */
  readonly cached: number;
  readonly updated: number;
  readonly failed: number;
  readonly nextAt: Date | null;
  readonly failure: unknown;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

/** The runs of a sync; none when there is no such sync in the workspace. */
export async function readSync(tx: Tx, syncId: string): Promise<SyncState[]> {
  return await tx.$queryRaw<SyncState[]>`
    select account_id as "accountId", state, cached, updated, failed, next_at as "nextAt", failure, started_at as "startedAt",
      finished_at as "finishedAt"
    from sync_runs where sync_ids @> array[${syncId}::uuid] order by account_id`;
}
