import type { Failure } from "@reelay/domain";

/** The closed set of what a handler may answer; everything else is thrown. */
export type Outcome =
  | { readonly outcome: "completed" }
  | { readonly outcome: "snoozed"; readonly delayMs: number; readonly why: string }
  | { readonly outcome: "cancelled"; readonly why: string };

export const completed: Outcome = { outcome: "completed" };
export const snoozed = (delayMs: number, why: string): Outcome => ({ outcome: "snoozed", delayMs, why });
export const cancelled = (why: string): Outcome => ({ outcome: "cancelled", why });

export interface JobContext {
  readonly jobId: string;
  /** 1 for the first. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly queueWaitMs: number;
  /** Fires on time-out, hard stop and, unless a lease fences the job, when BullMQ's lock is lost. */
  readonly signal: AbortSignal;
  /** Fires on the first stage of a stop: finish the current step, begin no other. */
  readonly stopping: AbortSignal;
  /** Adds fields to the attempt's one log line. */
  readonly set: (fields: Record<string, unknown>) => void;
}

export type Handler<Payload> = (payload: Payload, context: JobContext) => Promise<Outcome>;

/** What one attempt came to: for the log line and for BullMQ. */
export type AttemptResult =
  Outcome | { readonly outcome: "failed"; readonly error: unknown; readonly failure: Failure | null };
