export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

export function sum(tallies: readonly Tally[]): Tally {
  const total = (of: (tally: Tally) => number) => tallies.reduce((all, tally) => all + of(tally), 0);
  return { passed: total((tally) => tally.passed), failed: total((tally) => tally.failed) };
}

export const lineOf = ({ passed, failed }: Tally) => `${passed} passed, ${failed} failed`;
