import { backoffMs, syncPatience, type Failure } from "@reelay/domain";
import type { SyncRun } from "@reelay/database";
import type { Times } from "@reelay/runtime";

/** How a try ends: everything is read, or the run goes on later, or it has failed for good, or another worker has it. */
export type Ending =
  | { readonly next: "done" }
  | { readonly next: "later"; readonly afterMs: number; readonly why: string; readonly failed: boolean }
  | { readonly next: "failed"; readonly failure: Failure }
  | { readonly next: "lost" };

/** Thrown inside a walk to end it. */
export class Ends extends Error {
  readonly ending: Ending;
  constructor(ending: Ending) {
    super(`the walk ends: ${ending.next}`);
    this.ending = ending;
  }
}

export const later = (afterMs: number, why: string): Ending => ({ next: "later", afterMs, why, failed: false });

/** What a failure means for the run: nobody's is tried again for a while, everybody else's ends it. */
export function endingOf(failure: Failure, run: Pick<SyncRun, "tries">, times: Pick<Times, "scale">): Ending {
  if (failure.who !== "nobody" || run.tries + 1 >= syncPatience.maxTries) return { next: "failed", failure };
  const ownMs = times.scale(backoffMs(run.tries + 1, Math.random()));
  const afterMs = Math.max(ownMs, failure.details.retryAfterMs ?? 0);
  return { next: "later", afterMs, why: failure.code, failed: true };
}
