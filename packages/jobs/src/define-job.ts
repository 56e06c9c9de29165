import type { z } from "zod";

/** What a job is: shared by who enqueues and who works. Payloads carry ids only; the row is the truth. */
export interface JobDefinition<Payload = unknown> {
  /** Also the name of its queue: pause and concurrency belong to a queue. */
  readonly name: string;
  readonly payload: z.ZodType<Payload>;
  /** Longest run of one attempt; its signal fires then. */
  readonly timeoutMs: number;
  /** How often BullMQ may start it again after a retryable failure. */
  readonly attempts: number;
  /** `lease`: a row's lease decides who works, so a lost BullMQ lock is only logged and nothing is kept in Redis. */
  readonly fencedBy: "lease" | "lock";
}

/** Declares a job; defaults: 3 attempts, fenced by BullMQ's lock. */
export function defineJob<Payload>(
  definition: Pick<JobDefinition<Payload>, "name" | "payload" | "timeoutMs"> & Partial<JobDefinition<Payload>>,
): JobDefinition<Payload> {
  return { attempts: 3, fencedBy: "lock", ...definition };
}
