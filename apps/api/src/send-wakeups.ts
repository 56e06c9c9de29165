import type { Wakeups } from "@reelay/flows";
import { convertMedia } from "@reelay/jobs";
import type { ApiDeps } from "./deps.ts";

/** Tells workers what a commit has made possible. Nothing waits for it: without Redis the sweep and the dispatcher find it. */
export function sendWakeups(deps: Pick<ApiDeps, "queues" | "notifier">, workspaceId: string, wakeups: Wakeups): void {
  for (const renditionId of wakeups.convert) {
    deps.queues.enqueue(convertMedia, { renditionId, workspaceId }, renditionId).catch(() => undefined);
  }
  if (wakeups.due) deps.notifier.notifyDue();
}
