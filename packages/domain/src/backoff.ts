/** Waiting before trying again after a failure that nobody has to act on. Data, so that tests and operators can see it. */
export const backoffRule = { firstMs: 5_000, factor: 2, longestMs: 15 * 60_000 } as const;

/** How long a platform may keep failing before a publication is given up. */
export const patienceMs = 24 * 60 * 60_000;

/**
 * Milliseconds before attempt `failures + 1` (failures ≥ 1): exponential with full jitter in the upper half, so never
 * under half of the step and never over `longestMs`. `random` is in [0, 1).
 */
export function backoffMs(
  failures: number,
  random: number,
  rule: { firstMs: number; factor: number; longestMs: number } = backoffRule,
): number {
  const step = Math.min(rule.longestMs, rule.firstMs * rule.factor ** Math.max(0, failures - 1));
  return Math.round(step / 2 + (step / 2) * random);
}
