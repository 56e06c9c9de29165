import { listRefreshOutlooks } from "@reelay/database";
import { lowShareAtMost } from "@reelay/domain";
import { completed, refreshToken, type Handler } from "@reelay/jobs";
import type { TokenDeps } from "./deps.ts";
import { planRefreshOf } from "./plan-refresh-of.ts";

const pageSize = 500;

/** Walks the accounts whose tokens may want a refresh, page by page, and wakes those that do. */
export function createSweepExpiringGrants({
  database,
  queues,
}: Pick<TokenDeps, "database" | "queues">): Handler<Record<string, never>> {
  return async (_payload, context) => {
    const found = { looked_at: 0, work: 0, idle: 0 };
    let afterId: string | null = null;
    do {
      context.signal.throwIfAborted();
      const page = await listRefreshOutlooks(database, { afterId, limit: pageSize, lowShare: lowShareAtMost });
      for (const row of page) {
        const plan = planRefreshOf(row);
        if (!plan) continue;
        found[plan.why] += 1;
        await queues.enqueue(refreshToken, { accountId: row.accountId }, row.accountId);
      }
      found.looked_at += page.length;
      afterId = page.length < pageSize ? null : (page.at(-1)?.accountId ?? null);
    } while (afterId !== null);
    context.set(found);
    return completed;
  };
}
