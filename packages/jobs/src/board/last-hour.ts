/** BullMQ's counter of ended jobs: `data` holds whole minutes, newest first, the first one before that of `prevTS`. */
export interface MinuteCounts {
  readonly meta: { readonly count: number; readonly prevTS: number; readonly prevCount: number };
  readonly data: readonly number[];
}

const minutes = 60;

/** Jobs that ended in the minute of `now` and the 59 before it. The counter stands still while no job ends. */
export function endedInLastHour({ meta, data }: MinuteCounts, now: number): number {
  const age = Math.floor(now / 60_000) - Math.floor(meta.prevTS / 60_000);
  if (age >= minutes) return 0;
  const whole = data.slice(0, Math.max(0, minutes - 1 - age));
  return whole.reduce((sum, count) => sum + count, meta.count - meta.prevCount);
}
