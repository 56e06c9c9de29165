import { AsyncLocalStorage } from "node:async_hooks";

/** What belongs to the request or attempt that is running: its id, and fields for its one wide log line. */
export interface RunContext {
  readonly requestId: string;
  readonly fields: Record<string, unknown>;
}

const storage = new AsyncLocalStorage<RunContext>();

/** Runs `work` with `context` visible to everything it calls. */
export function runInContext<T>(context: RunContext, work: () => T): T {
  return storage.run(context, work);
}

/** The running request or attempt; undefined outside of any. */
export function currentContext(): RunContext | undefined {
  return storage.getStore();
}
