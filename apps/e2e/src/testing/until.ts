import { setTimeout } from "node:timers/promises";

export interface Patience {
  readonly limitMs?: number;
  readonly everyMs?: number;
}

/** What `look` sees as soon as it is not undefined; throws with `what` when that takes longer than `limitMs`. */
export async function until<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  { limitMs = 60_000, everyMs = 50 }: Patience = {},
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${limitMs / 1000} s`);
    await setTimeout(everyMs);
  }
}
