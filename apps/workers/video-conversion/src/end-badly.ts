import type { GivenBack } from "@reelay/database";
import { backoffMs, Failure, type FailureCode } from "@reelay/domain";
import { cancelled, type Outcome } from "@reelay/jobs";
import type { Times } from "@reelay/runtime";
import { judgeFailure } from "./judge-failure.ts";

export interface BadEnd {
  readonly error: unknown;
  readonly leaseIsLost: boolean;
  readonly tries: number;
  /** The job's own. */
  readonly signal: AbortSignal;
  /** What a cause that never passed is called in the end. */
  readonly exhausted: FailureCode;
  giveBack(how: GivenBack): Promise<void>;
  fail(code: FailureCode): Promise<void>;
}

/** Writes what a failed attempt comes to, and answers or throws what the job runner should know of it. */
export async function endBadly(times: Times, end: BadEnd): Promise<Outcome> {
  if (end.leaseIsLost) return cancelled("the lease was lost");
  const verdict = judgeFailure(end.error, end);
  switch (verdict.kind) {
    case "interrupted":
      await end.giveBack({ counts: false, afterMs: 0 });
      throw new Failure("conversion_interrupted", { cause: end.error });
    case "again":
      await end.giveBack({ counts: true, afterMs: times.scale(backoffMs(end.tries, Math.random())) });
      throw end.error;
    case "final":
      await end.fail(verdict.code);
      if (verdict.isOurs) throw end.error;
      return cancelled(verdict.code);
    default:
      return verdict satisfies never;
  }
}
