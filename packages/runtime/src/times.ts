/**
 * Every span that `TIME_SCALE` multiplies, in one place: leases, renewals, waits, polling and call time-outs together, so
 * that their proportions hold. Budget windows, token lives, hold probes and idempotency stay real.
 */
export interface Times {
  readonly leaseMs: number;
  readonly renewEveryMs: number;
  /** After the last renewal, by the monotonic clock: signals of running calls fire. Shorter than the lease. */
  readonly localDeadlineMs: number;
  readonly dispatchVisibleMs: number;
  readonly dispatchTickMs: number;
  readonly heartbeatMs: number;
  readonly workerAliveMs: number;
  /** After `answerBy`, before a read may prove that nothing happened. */
  readonly graceMs: number;
  readonly tokenRefreshingMs: number;
  readonly refreshLeaseMs: number;
  /** Scales any other wait. */
  scale(ms: number): number;
  /** Scales the time-out of a call, never below 2 s. */
  callTimeout(ms: number): number;
}

/** Real times at `timeScale` 1. */
export function createTimes(timeScale = 1): Times {
  const scale = (ms: number) => Math.max(1, Math.round(ms * timeScale));
  const callTimeout = (ms: number) => Math.max(Math.min(ms, 2_000), scale(ms));
  return {
    leaseMs: scale(60_000),
    renewEveryMs: scale(20_000),
    localDeadlineMs: scale(45_000),
    dispatchVisibleMs: scale(20_000),
    dispatchTickMs: scale(1_000),
    heartbeatMs: scale(5_000),
    workerAliveMs: scale(20_000),
    graceMs: scale(30_000),
    tokenRefreshingMs: scale(5_000),
    refreshLeaseMs: Math.max(callTimeout(25_000) + 5_000, scale(60_000)),
    scale,
    callTimeout,
  };
}
