import { findDisconnecting } from "@reelay/database";
import { completed, disconnectAccount, type Handler } from "@reelay/jobs";
import type { TokenDeps } from "./deps.ts";

const batch = 500;

/** Finds accounts that are being disconnected and whose next look is due: it is time, or their jobs, or workers, were lost. */
export function createSweepDisconnecting({
  database,
  queues,
}: Pick<TokenDeps, "database" | "queues">): Handler<Record<string, never>> {
  return async (_payload, context) => {
    const accountIds = await findDisconnecting(database, batch);
    for (const accountId of accountIds) await queues.enqueue(disconnectAccount, { accountId }, accountId);
    context.set({ accounts_found: accountIds.length });
    return completed;
  };
}
