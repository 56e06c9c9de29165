import type { RefreshOutlookRow } from "@reelay/database";
import { planRefresh, type RefreshPlan } from "@reelay/domain";
import { publishTokenNeedMs } from "@reelay/flows";

/** Whether the account of `row` is refreshed now, and for what. */
export function planRefreshOf(row: RefreshOutlookRow): RefreshPlan | null {
  const { workDueInMs, workBytes, uploadRate, ...outlook } = row;
  const neededMs = publishTokenNeedMs({ sizeBytes: workBytes, bytesPerSecond: uploadRate });
  return planRefresh({ ...outlook, work: workDueInMs === null ? null : { dueInMs: workDueInMs, neededMs } });
}
