import { findDueAccounts, findStandingSyncs, findWantedCovers, planNights } from "@reelay/database";
import { cacheMedia, completed, syncAccount, type Handler } from "@reelay/jobs";
import { syncScopes, type SyncDeps } from "./deps.ts";
import { planNight } from "./plan-night.ts";

const batch = 500;

/**
 * Begins the night of every account whose time has come, and wakes runs and covers that should be moving and are not. Run
 * twice, or late, it changes nothing but the time.
 */
export function createSweepDueAccounts(
  deps: Pick<SyncDeps, "database" | "queues" | "rules" | "now">,
): Handler<Record<string, never>> {
  const { database, queues } = deps;
  return async (_payload, context) => {
    const begun = await beginNights(deps, context.signal);
    const standing = await findStandingSyncs(database, batch);
    for (const run of standing) await queues.enqueue(syncAccount, run, run.runId);
    const wanted = await findWantedCovers(database, batch);
    for (const account of wanted) await queues.enqueue(cacheMedia, account, account.accountId);
    context.set({ syncs_begun: begun, syncs_found: standing.length, accounts_with_covers_found: wanted.length });
    return completed;
  };
}

async function beginNights(
  { database, rules, now }: Pick<SyncDeps, "database" | "rules" | "now">,
  signal: AbortSignal,
): Promise<number> {
  let begun = 0;
  for (;;) {
    signal.throwIfAborted();
    const due = await findDueAccounts(database, { scopes: syncScopes, limit: batch });
    begun += await planNights(
      database,
      due.map((account) => planNight(account, rules, now())),
    );
    if (due.length < batch) return begun;
  }
}
