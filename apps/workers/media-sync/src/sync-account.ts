import { failSync, giveBackSync, leaseSync } from "@reelay/database";
import { cacheMedia, cancelled, completed, snoozed, type Handler, type Outcome } from "@reelay/jobs";
import { leaseMs, type SyncDeps } from "./deps.ts";
import { walk } from "./walk.ts";

/** Postgres and Redis need not agree on the millisecond. */
const clockMs = 50;

/** One try of one account's sync, under a lease on its row. The row says where it goes on, and when. */
export function createSyncAccount(deps: SyncDeps): Handler<{ runId: string; workspaceId: string }> {
  const { database, queues, times } = deps;
  return async (payload, context) => {
    const run = await leaseSync(database, { ...payload, leaseMs: times.scale(leaseMs) });
    if (!run) return completed;
    const { accountId, workspaceId, platform } = run;
    context.set({ account_id: accountId, platform, sync_run_id: run.runId });
    const { ending, walked } = await walk(deps, run, context);
    context.set({ sync_ending: ending.next, pages: walked.pages, cached: walked.inserted, updated: walked.updated });
    // The sweep finds those that Redis does not take.
    if (walked.pages > 0)
      await queues.enqueue(cacheMedia, { accountId, workspaceId }, accountId).catch(() => undefined);
    switch (ending.next) {
      case "done":
        return completed;
      case "lost":
        return cancelled("the lease was lost");
      case "later":
        await giveBackSync(database, run, ending);
        return snoozed(ending.afterMs + clockMs, ending.why);
      case "failed": {
        const { failure } = ending;
        await failSync(database, run, {
          code: failure.code,
          platformCode: failure.details.platformCode,
          platformLogId: failure.details.platformLogId,
        });
        return afterFailure(failure);
      }
      default:
        return ending satisfies never;
    }
  };
}

/** Operators and maintainers hear of it; for everybody else the row says it. */
function afterFailure(
  failure: Extract<Awaited<ReturnType<typeof walk>>["ending"], { next: "failed" }>["failure"],
): Outcome {
  if (failure.who === "operator" || failure.who === "maintainer") throw failure;
  return cancelled(failure.code);
}
