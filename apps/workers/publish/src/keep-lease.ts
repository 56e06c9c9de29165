import type { Times } from "@reelay/runtime";

export interface KeptLease {
  /** Fires when the lease was lost or could not be renewed in time: whatever runs under it must stop. */
  readonly signal: AbortSignal;
  /** True until the local deadline, by the monotonic clock: also right after the process was frozen. */
  isOurs(): boolean;
  /** Another statement has renewed the lease; `askedAt` (monotonic) is from before it was sent. */
  renewed(askedAt: number): void;
  end(): void;
}

/**
 * Renews a lease that was taken at `takenAt` (monotonic) until `end`. The local deadline is shorter than the lease, so
 * that we stop before another process may begin.
 */
export function keepLease(options: {
  takenAt: number;
  times: Pick<Times, "renewEveryMs" | "localDeadlineMs">;
  /** False: it is not ours any more. Throws when Postgres does not answer. */
  renew: () => Promise<boolean>;
}): KeptLease {
  const { times } = options;
  const lost = new AbortController();
  let deadline = options.takenAt + times.localDeadlineMs;
  let renewing = false;
  const lose = () => lost.abort(new Error("the lease on the publication was lost"));
  let alarm = setTimeout(lose, deadline - performance.now());

  const renewed = (askedAt: number) => {
    if (askedAt + times.localDeadlineMs <= deadline || lost.signal.aborted) return;
    deadline = askedAt + times.localDeadlineMs;
    clearTimeout(alarm);
    alarm = setTimeout(lose, deadline - performance.now());
  };
  const renew = async () => {
    if (renewing) return;
    renewing = true;
    const askedAt = performance.now();
    // An error is no answer: the deadline decides.
    const kept = await options.renew().catch(() => null);
    renewing = false;
    if (kept === true) renewed(askedAt);
    if (kept === false) lose();
  };
  const clock = setInterval(() => void renew(), times.renewEveryMs);
  return {
    signal: lost.signal,
    isOurs: () => !lost.signal.aborted && performance.now() < deadline,
    renewed,
    end() {
      clearInterval(clock);
      clearTimeout(alarm);
    },
  };
}
