import { setTimeout } from "node:timers/promises";

export interface Patience {
  readonly limitMs?: number;
  readonly everyMs?: number;
  /** What is waited for, in words; without it the error quotes `look`. */
  readonly what?: string;
}

type Nothing = undefined | null | false;

/** What `look` sees as soon as it is something. Throws after `limitMs` (30 s); errors of `look` as they are. */
export async function until<T>(
  look: () => T | Nothing | Promise<T | Nothing>,
  { limitMs = 30_000, everyMs = 20, what = look.toString() }: Patience = {},
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== null && seen !== false) return seen;
    if (performance.now() > deadline) throw new Error(`not within ${limitMs / 1_000} s: ${what}`);
    await setTimeout(everyMs);
  }
}

/** Until `work` succeeds: for what is there a moment later. */
export async function untilDone(work: () => Promise<unknown>, patience: Patience = {}): Promise<void> {
  const isDone = async () => {
    try {
      await work();
      return true;
    } catch {
      return false;
    }
  };
  await until(isDone, { what: work.toString(), ...patience });
}
