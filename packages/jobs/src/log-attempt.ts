import { redact, type Logger } from "@reelay/runtime";
import type { AttemptReport } from "./run-worker.ts";

/** The one wide event of an attempt: `attempt`, as an error when it failed. */
export function logAttempt(logger: Logger, report: AttemptReport): void {
  const { result } = report;
  const hasFailed = result.outcome === "failed";
  const failure = hasFailed && {
    failure_code: result.failure?.code ?? "internal",
    failure_class: result.failure?.who ?? "maintainer",
    error: redact(result.error),
  };
  logger[hasFailed ? "error" : "info"]("attempt", {
    job_name: report.jobName,
    job_id: report.jobId,
    attempt: report.attempt,
    max_attempts: report.maxAttempts,
    outcome: result.outcome,
    duration_ms: Math.round(report.durationMs),
    queue_wait_ms: report.queueWaitMs,
    ...report.fields,
    ...failure,
  });
}
