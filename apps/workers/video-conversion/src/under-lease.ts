import type { FailureCode } from "@reelay/domain";
import { cancelled, type JobContext, type Outcome } from "@reelay/jobs";
import type { ConversionDeps } from "./deps.ts";
import { endBadly, type BadEnd } from "./end-badly.ts";
import { inTemporaryDirectory } from "./in-temporary-directory.ts";
import { maxTries } from "./judge-failure.ts";
import { keepLease } from "./keep-lease.ts";

export interface LeasedRun {
  /** The job's own, removed with all it holds. */
  readonly directory: string;
  /** Fires when the job is stopped or the lease is lost. */
  readonly signal: AbortSignal;
}

/** What is done with one row under its lease, and how the row is told. */
export interface LeasedWork extends Pick<BadEnd, "tries" | "exhausted" | "giveBack"> {
  /** False: the lease is not ours any more. */
  renew(): Promise<boolean>;
  fail(code: FailureCode): Promise<unknown>;
  run(run: LeasedRun): Promise<Outcome>;
}

/** Keeps the lease while the work runs, and writes what it came to when it ended badly. */
export async function underLease(
  { times, temporaryDirectory }: Pick<ConversionDeps, "times" | "temporaryDirectory">,
  context: JobContext,
  work: LeasedWork,
): Promise<Outcome> {
  const { tries, exhausted, giveBack } = work;
  const fail = async (code: FailureCode) => void (await work.fail(code));
  if (tries > maxTries) {
    // Every try so far took its process along, so it never came to say why.
    await fail(exhausted);
    return cancelled(exhausted);
  }
  const kept = keepLease(times, () => work.renew(), context.signal);
  try {
    return await inTemporaryDirectory(temporaryDirectory, (directory) => work.run({ directory, signal: kept.signal }));
  } catch (error) {
    const { signal } = context;
    return await endBadly(times, { error, leaseIsLost: kept.isLost(), tries, signal, exhausted, giveBack, fail });
  } finally {
    kept.end();
  }
}
