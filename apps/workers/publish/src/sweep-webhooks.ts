import { deleteOldWebhooks, unsettledWebhooks, type Database } from "@reelay/database";
import { completed, confirmRemoval, type Handler, type Queues } from "@reelay/jobs";
import type { Times } from "@reelay/runtime";

const batch = 500;
const deletedAtOnce = 10_000;
const unsettledAfterMs = 60_000;

/** Finds webhooks about accounts whose jobs were lost, and deletes what is kept long enough. */
export function createSweepWebhooks(deps: {
  database: Database;
  queues: Pick<Queues, "enqueue">;
  times: Times;
}): Handler<Record<string, never>> {
  const { database, queues, times } = deps;
  return async (_payload, context) => {
    const unsettled = await unsettledWebhooks(database, times.scale(unsettledAfterMs), batch);
    for (const webhookId of unsettled) await queues.enqueue(confirmRemoval, { webhookId }, webhookId);
    const deleted = await deleteOldWebhooks(database, deletedAtOnce);
    context.set({ unsettled_found: unsettled.length, webhooks_deleted: deleted });
    return completed;
  };
}
