import { Failure, type FailureCode } from "@reelay/domain";

/** How often causes of ours (disk, memory, a killed process) are tried before the media is given up. */
export const maxTries = 3;

/** What an attempt that ended badly means for its row. */
export type Verdict =
  /** We stopped it: given back, and the try does not count. */
  | { readonly kind: "interrupted" }
  /** A cause of ours, with tries left. */
  | { readonly kind: "again" }
  | { readonly kind: "final"; readonly code: FailureCode; readonly isOurs: boolean };

/** Decides by whose fault it is and how often it was tried; `exhausted` is what a cause that would pass by itself has become. */
export function judgeFailure(
  error: unknown,
  attempt: { tries: number; signal: AbortSignal; exhausted: FailureCode },
): Verdict {
  if (isInterrupted(attempt.signal)) return { kind: "interrupted" };
  const failure = error instanceof Failure ? error : new Failure("internal", { cause: error });
  const isOurs = failure.who !== "caller" && failure.who !== "creator";
  if (isOurs && attempt.tries < maxTries) return { kind: "again" };
  return { kind: "final", code: failure.who === "nobody" ? attempt.exhausted : failure.code, isOurs };
}

/** Whether somebody stopped the job; its own time-out is the work's fault, not an interruption. */
function isInterrupted(signal: AbortSignal): boolean {
  const { name } = (signal.reason ?? {}) as { name?: unknown };
  return signal.aborted && name !== "TimeoutError";
}
