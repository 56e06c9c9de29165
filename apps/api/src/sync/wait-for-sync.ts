import { setTimeout as pause } from "node:timers/promises";
import type { SyncSummary } from "@reelay/contract";
import { readSync } from "@reelay/database";
import type { ApiDeps } from "../deps.ts";
import { syncSummary } from "./sync-view.ts";

const lookAgainMs = 500;

/** The counts of a sync as soon as it is done, or when `signal` fires: somebody waits for the answer, so this looks again and again. */
export async function waitForSync(
  { database, times }: Pick<ApiDeps, "database" | "times">,
  sync: { workspaceId: string; syncId: string },
  signal: AbortSignal,
): Promise<SyncSummary> {
  const { workspaceId, syncId } = sync;
  for (;;) {
    const summary = syncSummary(syncId, await database.inWorkspace(workspaceId, (tx) => readSync(tx, syncId)));
    if (summary.done || signal.aborted) return summary;
    await pause(Math.max(20, times.scale(lookAgainMs)), undefined, { signal }).catch(() => undefined);
  }
}
