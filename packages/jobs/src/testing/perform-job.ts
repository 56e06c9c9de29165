import type { JobDefinition } from "../define-job.ts";
import type { Handler, JobContext, Outcome } from "../outcome.ts";

const outcomes: readonly unknown[] = ["completed", "snoozed", "cancelled"];

/**
 * Runs one attempt without Redis. The payload goes through JSON and the definition's schema, as on its real way, and the
 * answer must be one of the closed set. `context` replaces parts of what the handler is given.
 */
export async function performJob<Payload>(
  definition: JobDefinition<Payload>,
  handler: Handler<Payload>,
  payload: Payload,
  context: Partial<JobContext> = {},
): Promise<Outcome> {
  const carried: unknown = JSON.parse(JSON.stringify(payload));
  const outcome = await handler(definition.payload.parse(carried), {
    jobId: "test",
    attempt: 1,
    maxAttempts: definition.attempts,
    queueWaitMs: 0,
    signal: new AbortController().signal,
    stopping: new AbortController().signal,
    set: () => undefined,
    ...context,
  });
  if (!outcomes.includes(outcome?.outcome)) throw new Error(`${definition.name} answered ${JSON.stringify(outcome)}`);
  return outcome;
}
