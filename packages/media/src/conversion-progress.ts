export interface ConversionProgress {
  /** From 0 to 100, never backwards. */
  readonly percent: number;
  /** Guessed from the speed so far; null while that says nothing. */
  readonly timeLeftMs: number | null;
}

const sayNothingBelow = 1;

/** Reports whole percents of `total` as they are reached, with the time that the rest will take at the mean speed so far. */
export function reportProgress(
  total: number,
  onProgress: ((progress: ConversionProgress) => void) | undefined,
  now: () => number = () => performance.now(),
): (done: number) => void {
  const startedAt = now();
  let highest = -1;
  return (done) => {
    const share = total > 0 ? Math.min(1, done / total) : 0;
    const percent = Math.round(share * 100);
    if (percent <= highest) return;
    highest = percent;
    const timeLeftMs = percent < sayNothingBelow ? null : Math.round(((now() - startedAt) * (1 - share)) / share);
    onProgress?.({ percent, timeLeftMs });
  };
}
