import type { Times } from "@reelay/runtime";

export interface KeptLease {
  /** Fires when the job's own signal does, or the lease is lost: canceled, deleted, taken, or Postgres away for too long. */
  readonly signal: AbortSignal;
  isLost(): boolean;
  end(): void;
}

/** Often enough that a cancellation stops ffmpeg soon and progress is worth watching. */
const renewEveryMs = 1_000;

/** Keeps a lease on a row alive by `renew` (false: it is not ours any more) until `end`. */
export function keepLease(times: Times, renew: () => Promise<boolean>, signal: AbortSignal): KeptLease {
  const lost = new AbortController();
  let renewedAt = performance.now();
  let renewing = false;
  const lose = () => lost.abort(new Error("the lease was lost"));
  const tick = async () => {
    if (performance.now() - renewedAt > times.localDeadlineMs) lose();
    if (renewing) return;
    renewing = true;
    const askedAt = performance.now();
    const kept = await renew().catch(() => null);
    renewing = false;
    if (kept === true) renewedAt = askedAt;
    if (kept === false) lose();
  };
  const timer = setInterval(() => void tick(), Math.min(renewEveryMs, times.renewEveryMs));
  return {
    signal: AbortSignal.any([signal, lost.signal]),
    isLost: () => lost.signal.aborted,
    end: () => clearInterval(timer),
  };
}
