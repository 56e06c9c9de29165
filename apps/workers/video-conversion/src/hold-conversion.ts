import { renewConversion, type ConversionLease } from "@reelay/database";
import type { ConversionDeps } from "./deps.ts";

export interface ConversionHold {
  /** Fires when the job's own signal does, or the lease could not be renewed (canceled, taken, Postgres gone). */
  readonly signal: AbortSignal;
  readonly onProgress: (percent: number) => void;
  isLost(): boolean;
  end(): void;
}

/** Keeps the lease of a running conversion alive and shows its progress, until `end`. */
export function holdConversion(deps: Pick<ConversionDeps, "database" | "times">, lease: ConversionLease, signal: AbortSignal): ConversionHold {
  const { times } = deps;
  const lost = new AbortController();
  let percent = 0;
  let renewedAt = performance.now();
  let renewing = false;
  const renew = async () => {
    if (renewing) return;
    renewing = true;
    const askedAt = performance.now();
    const kept = await renewConversion(deps.database, lease, percent, times.leaseMs).catch(() => null);
    renewing = false;
    if (kept === true) renewedAt = askedAt;
    if (kept === false || performance.now() - renewedAt > times.localDeadlineMs) lost.abort(new Error("the lease on the rendition was lost"));
  };
  // Often enough that a cancellation stops ffmpeg soon and progress is worth watching.
  const timer = setInterval(() => void renew(), Math.min(1_000, times.renewEveryMs));
  return {
    signal: AbortSignal.any([signal, lost.signal]),
    onProgress: (value) => {
      percent = Math.max(0, Math.min(99, Math.round(value)));
    },
    isLost: () => lost.signal.aborted,
    end: () => clearInterval(timer),
  };
}
