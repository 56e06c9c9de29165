import { takeBudget, type Database } from "@reelay/database";
import { Failure, tiktokBudgets } from "@reelay/domain";

interface Rule {
  readonly limit: number;
  readonly windowMs: number;
}

const budgets: Readonly<Record<string, Readonly<Record<string, Rule>>>> = { tiktok: tiktokBudgets };
/** Which budget a read of `reconcile` takes from. */
const reconcileEndpoints: Readonly<Record<string, string>> = { tiktok: "status" };

export interface CalledBy {
  readonly platform: string;
  readonly accountId: string;
}

/**
 * Takes one call of the account's budget for `endpoint`; null when it may be made, else the milliseconds until one is free.
 * An endpoint without a documented limit is null.
 */
export async function takeCall(database: Database, by: CalledBy, endpoint: string | null): Promise<number | null> {
  if (endpoint === null) return null;
  const rule = budgets[by.platform]?.[endpoint];
  if (!rule) throw new Failure("internal", { internal: `no budget for ${by.platform} ${endpoint}` });
  return await takeBudget(database, { platform: by.platform, scope: `account:${by.accountId}`, endpoint, ...rule });
}

export function reconcileEndpoint(platform: string): string | null {
  return reconcileEndpoints[platform] ?? null;
}
