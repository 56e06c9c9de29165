import { transition, type PublicationEvent, type PublicationStatus, type WaitReason } from "@reelay/domain";
import type { Tx } from "../connect.ts";
import { Prisma } from "../generated/client.ts";
import { wakeAfterRelease } from "./wake.ts";

/** Thrown when a write finds that the lease (or the version) is no longer ours: another worker, or a person, was faster. */
export class LeaseLost extends Error {
  constructor(publicationId: string) {
    super(`the lease on publication ${publicationId} is no longer ours`);
    this.name = "LeaseLost";
  }
}

/** Thrown when an event is not legal in the row's status: the caller decides what that means. */
export class IllegalTransition extends Error {
  readonly from: PublicationStatus;
  constructor(from: PublicationStatus, event: string) {
    super(`${event} is not legal while ${from}`);
    this.name = "IllegalTransition";
    this.from = from;
  }
}

/** Columns a write may change. Times are given as milliseconds from the database's now; null clears. */
export interface PublicationChange {
  readonly lane?: "advance" | "check";
  readonly nextInMs?: number | null;
  readonly waitReason?: WaitReason | null;
  readonly giveUpInMs?: number | null;
  readonly sealedCheckpoint?: string | null;
  readonly intent?: Prisma.InputJsonObject | null;
  readonly initCount?: number;
  readonly progressStep?: string | null;
  readonly bytesSent?: number;
  readonly bytesTotal?: number;
  /** What the platform's webhooks call this upload. */
  readonly platformHandle?: string | null;
  /** The webhook that was seen when the work began, and whether the platform has been asked about it since. */
  readonly wake?: { readonly seen: string | null; readonly answered: boolean };
  readonly platformPostId?: string | null;
  readonly permalink?: string | null;
  readonly publishedNow?: boolean;
  readonly resolvedBy?: string;
  readonly failure?: Prisma.InputJsonObject | null;
  readonly caption?: string;
  readonly options?: Prisma.InputJsonObject;
  readonly consent?: Prisma.InputJsonObject | null;
  readonly consentDigest?: string | null;
  readonly dueAt?: Date;
  /** A step was saved, or a refusal was classified: the row makes headway. */
  readonly progressed?: boolean;
  /** Retryable refusals in a row: `again` counts one more, `none` clears. */
  readonly refusals?: "again" | "none";
  /** Gives lease and slot back. */
  readonly release?: boolean;
  /** Takes lease and slot from whoever holds them, so that its next write fails. */
  readonly expel?: boolean;
  /** Renews lease and, where held, slot. */
  readonly renewLeaseMs?: number;
}

export interface Fence {
  readonly leaseToken: number;
  readonly version: number;
}

/**
 * The one writer of a publication's status: locks the row, checks the fence, asks the transition table, writes the change
 * and appends the event with `seq` = the new version. Returns status and version after it. Throws LeaseLost, IllegalTransition.
 */
export async function writePublication(
  tx: Tx,
  publicationId: string,
  write: { fence?: Fence; event?: PublicationEvent; detail?: Prisma.InputJsonObject; change: PublicationChange },
): Promise<{ status: PublicationStatus; version: number }> {
  const [row] = await tx.$queryRaw<
    {
      status: PublicationStatus;
      version: number;
      lease_token: number;
      workspace_id: string;
      account_id: string;
      woken_by: string | null;
    }[]
  >`select status, version, lease_token, workspace_id, account_id, woken_by from publications where id = ${publicationId}::uuid for update`;
  const { fence, event, change } = write;
  if (!row || (fence && (row.lease_token !== fence.leaseToken || row.version !== fence.version)))
    throw new LeaseLost(publicationId);

  const after = event ? transition(row.status, event) : { ok: true as const, status: row.status };
  if (!after.ok) throw new IllegalTransition(after.from, after.event);
  const version = event || change.expel ? row.version + 1 : row.version;
  const assignments = Prisma.join([
    Prisma.sql`status = ${after.status}`,
    Prisma.sql`version = ${version}`,
    Prisma.sql`updated_at = now()`,
    ...assignmentsOf(change),
  ]);
  await tx.$executeRaw`update publications set ${assignments} where id = ${publicationId}::uuid`;
  if (change.renewLeaseMs !== undefined) {
    await tx.$executeRaw`update social_accounts set slot_until = ${fromNow(change.renewLeaseMs)}
      where id = ${row.account_id}::uuid and slot_publication_id = ${publicationId}::uuid`;
  }
  if (change.release || change.expel) {
    await tx.$executeRaw`update social_accounts set slot_publication_id = null, slot_until = null
      where id = ${row.account_id}::uuid and slot_publication_id = ${publicationId}::uuid`;
  }
  const isWoken = row.woken_by !== null && row.woken_by !== change.wake?.seen;
  if (change.release && change.wake && isWoken) await wakeAfterRelease(tx, publicationId);
  if (event) {
    const detail = JSON.stringify(write.detail ?? {});
    await tx.$executeRaw`insert into publication_events (publication_id, seq, workspace_id, type, detail)
      values (${publicationId}::uuid, ${version}, ${row.workspace_id}::uuid, ${event.type}, ${detail}::jsonb)`;
  }
  return { status: after.status, version };
}

function assignmentsOf(change: PublicationChange): Prisma.Sql[] {
  const all: Prisma.Sql[] = [];
  const set = (column: string, value: Prisma.Sql) => all.push(Prisma.sql`${Prisma.raw(column)} = ${value}`);
  const plain = (column: string, value: unknown) => {
    if (value !== undefined) set(column, Prisma.sql`${value}`);
  };
  const json = (column: string, value: object | null | undefined) => {
    if (value !== undefined)
      set(column, value === null ? Prisma.sql`null` : Prisma.sql`${JSON.stringify(value)}::jsonb`);
  };
  const inMs = (column: string, value: number | null | undefined) => {
    if (value !== undefined) set(column, value === null ? Prisma.sql`null` : fromNow(value));
  };
  plain("lane", change.lane);
  inMs("next_at", change.nextInMs);
  plain("wait_reason", change.waitReason);
  inMs("give_up_at", change.giveUpInMs);
  plain("checkpoint", change.sealedCheckpoint);
  json("intent", change.intent);
  plain("init_count", change.initCount);
  plain("progress_step", change.progressStep);
  plain("bytes_sent", change.bytesSent);
  plain("bytes_total", change.bytesTotal);
  plain("platform_handle", change.platformHandle);
  if (change.wake?.answered) set("woken_by", Prisma.sql`nullif(woken_by, ${change.wake.seen}::uuid)`);
  plain("platform_post_id", change.platformPostId);
  plain("permalink", change.permalink);
  if (change.publishedNow) set("published_at", Prisma.sql`coalesce(published_at, now())`);
  plain("resolved_by", change.resolvedBy);
  json("failure", change.failure);
  plain("caption", change.caption);
  json("options", change.options);
  json("consent", change.consent);
  plain("consent_digest", change.consentDigest);
  plain("due_at", change.dueAt);
  if (change.progressed) set("claims_without_progress", Prisma.sql`0`);
  if (change.refusals === "again") {
    set("retry_count", Prisma.sql`retry_count + 1`);
    set("failing_since", Prisma.sql`coalesce(failing_since, now())`);
  }
  if (change.refusals === "none") {
    set("retry_count", Prisma.sql`0`);
    set("failing_since", Prisma.sql`null`);
  }
  if (change.release || change.expel) {
    set("lease_until", Prisma.sql`null`);
    set("lease_owner", Prisma.sql`null`);
  }
  if (change.expel) set("lease_token", Prisma.sql`lease_token + 1`);
  if (change.renewLeaseMs !== undefined) set("lease_until", fromNow(change.renewLeaseMs));
  return all;
}

function fromNow(ms: number): Prisma.Sql {
  return Prisma.sql`clock_timestamp() + make_interval(secs => ${ms}::float8 / 1000)`;
}
