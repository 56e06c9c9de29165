import { readRefreshOutlook } from "@reelay/database";
import { completed, type Handler } from "@reelay/jobs";
import type { TokenDeps } from "./deps.ts";
import { planRefreshOf } from "./plan-refresh-of.ts";

/** Refreshes one account's tokens, if that is still due: while the job waited somebody else may have done it. */
export function createRefreshToken({
  database,
  refreshGrant,
}: Pick<TokenDeps, "database" | "refreshGrant">): Handler<{ accountId: string }> {
  return async ({ accountId }, context) => {
    context.set({ account_id: accountId });
    const row = await readRefreshOutlook(database, accountId);
    const plan = row && planRefreshOf(row);
    if (!plan) return completed;
    const answer = await refreshGrant(accountId, { neededMs: plan.neededMs, signal: context.signal });
    context.set({ refresh_why: plan.why });
    if (answer.ok) context.set({ grant_version: answer.version });
    else context.set({ wait_reason: answer.wait.reason, failure_code: answer.failure?.code });
    return completed;
  };
}
