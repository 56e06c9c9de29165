import { Failure } from "@reelay/domain";

/** Why work was stopped: what the one who stopped it says when that is a Failure, else an interruption that is tried again. */
export function interruption(signal: AbortSignal): Failure {
  const reason: unknown = signal.reason;
  return reason instanceof Failure ? reason : new Failure("conversion_interrupted", { cause: reason });
}
