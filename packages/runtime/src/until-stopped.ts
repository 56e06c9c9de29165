import type { Logger } from "./logger.ts";

export interface Running {
  /** Drains and stops; safe to call twice. */
  stop(): Promise<void>;
}

/** Runs `app` until SIGINT or SIGTERM, then stops it; a second signal, or `limitMs` passing, ends the process hard. */
export async function untilStopped(app: Running, logger: Logger, limitMs = 40_000): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        logger.info("stopping", { signal });
        process.once(signal, () => process.exit(130));
        resolve();
      });
    }
  });
  const limit = setTimeout(() => process.exit(1), limitMs);
  limit.unref();
  await app.stop();
  clearTimeout(limit);
}
