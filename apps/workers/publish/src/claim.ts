import {
  claimPublication,
  isUnavailable,
  LeaseLost,
  renewLease,
  type Claimed,
  type Lease,
  type LeasedWrite,
} from "@reelay/database";
import type { PublicationStatus } from "@reelay/domain";
import type { Lane, PublicationFacts } from "@reelay/platforms";
import { setTimeout as pause } from "node:timers/promises";
import { probeEveryMs, type PublishDeps } from "./deps.ts";
import type { Ending } from "./ending.ts";
import { factsOf, intentAsStored } from "./facts.ts";
import { keepLease } from "./keep-lease.ts";

/** A publication under our lease. Everything that is written to it goes through here. */
export interface Claim {
  readonly row: Claimed;
  readonly lane: Lane;
  readonly signal: AbortSignal;
  readonly status: PublicationStatus;
  /** Input, progress as last saved, and the time by Postgres' clock (never ahead of it). */
  readonly facts: PublicationFacts;
  /** Retryable refusals in a row before now. */
  readonly refusals: { readonly retryCount: number; readonly failingForMs: number };
  /** Throws LeaseLost when the local deadline has passed. */
  guard(): void;
  /** One fenced write. Throws LeaseLost when somebody else was faster. */
  write(write: LeasedWrite): Promise<void>;
  /** The same for what a call brought: tried again while Postgres is away and the lease is ours. */
  save(write: LeasedWrite): Promise<void>;
  /** The last write: gives lease and slot back. */
  end(ending: Ending & Pick<LeasedWrite, "journal">): Promise<void>;
  showProgress(bytesSent: number): Promise<void>;
  /** Stops renewing; writes nothing. */
  close(): void;
}

const saveAgainAfterMs = 500;

/** Takes the lease of a publication that may move; null when it may not, or somebody has it. */
export async function claim(deps: PublishDeps, wanted: { publicationId: string; lane: Lane }): Promise<Claim | null> {
  const { database, steps, times } = deps;
  const takenAt = performance.now();
  const row = await claimPublication(database, {
    ...wanted,
    ownerId: deps.workerId,
    leaseMs: times.leaseMs,
    probeEveryMs,
  });
  if (!row) return null;

  const readAt = performance.now();
  let facts = factsOf(row, steps.openCheckpoint(row));
  let lease: Lease & { status: PublicationStatus } = { ...row, holdsSlot: wanted.lane === "advance" };
  // In lane `advance` nothing is asked: a webhook that came early is news for whoever asks first.
  const wokenBy = wanted.lane === "check" ? row.wokenBy : null;
  let refusals = { retryCount: row.retryCount, failingForMs: row.failingForMs };
  // A write raises the version that a renewal under way would ask for: one at a time.
  let last: Promise<unknown> = Promise.resolve();
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
  const kept = keepLease({ takenAt, times, renew: () => alone(() => renewLease(database, lease, times.leaseMs)) });

  const guard = () => {
    if (!kept.isOurs()) throw new LeaseLost(row.publicationId);
  };
  const write = (wish: LeasedWrite) =>
    alone(async () => {
      guard();
      const askedAt = performance.now();
      lease = await steps.write(lease, {
        ...wish,
        change: { wake: { seen: wokenBy, answered: false }, ...wish.change },
      });
      if (wish.change.renewLeaseMs !== undefined) kept.renewed(askedAt);
      facts = afterWrite(facts, wish);
      if (wish.change.refusals === "none") refusals = { retryCount: 0, failingForMs: 0 };
    });
  const save = async (wish: LeasedWrite): Promise<void> => {
    for (;;) {
      try {
        return await write(wish);
      } catch (error) {
        if (!isUnavailable(error) || !kept.isOurs()) throw error;
        await pause(times.scale(saveAgainAfterMs));
      }
    }
  };
  return {
    row,
    lane: wanted.lane,
    signal: kept.signal,
    get status() {
      return lease.status;
    },
    get facts() {
      return { ...facts, now: new Date(row.now.getTime() + (performance.now() - readAt)) };
    },
    get refusals() {
      return refusals;
    },
    guard,
    write,
    save,
    end: save,
    showProgress: (bytesSent) => steps.showProgress(lease, bytesSent),
    close: () => kept.end(),
  };
}

function afterWrite(facts: PublicationFacts, { checkpoint, change }: LeasedWrite): PublicationFacts {
  return {
    ...facts,
    ...(checkpoint !== undefined && { checkpoint }),
    ...(change.intent !== undefined && { intent: change.intent === null ? null : intentAsStored(change.intent) }),
    ...(change.initCount !== undefined && { initCount: change.initCount }),
    ...(change.wake?.answered === true && { woken: false }),
  };
}
