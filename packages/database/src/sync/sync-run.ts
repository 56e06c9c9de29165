import { Prisma } from "../generated/client.ts";

/** A sync of one account: what it is for, and how far it is. */
export interface SyncRun {
  readonly runId: string;
  readonly workspaceId: string;
  readonly accountId: string;
  readonly platform: string;
  readonly leaseToken: number;
  /** Null before the first page. */
  readonly cursor: string | null;
  readonly pages: number;
  /** Failures in a row before this try. */
  readonly tries: number;
  readonly accountState: string;
  readonly scopes: readonly string[];
  /** The platform's own name, picture and figures of the account were stored since the run began. */
  readonly hasProfile: boolean;
}

/** Read from a run `r` with its account `a`. */
export const runColumns = Prisma.sql`r.id as "runId", r.workspace_id as "workspaceId", r.account_id as "accountId", r.platform,
  r.lease_token as "leaseToken", r.cursor, r.pages, r.tries, a.state as "accountState", a.scopes,
  coalesce(a.profile_synced_at >= r.started_at, false) as "hasProfile"`;
