import type { SyncSummary, SyncView } from "@reelay/contract";
import type { SyncState } from "@reelay/database";
import { failureView } from "../failure-view.ts";
import type { Language } from "../middleware/language.ts";

export function syncSummary(syncId: string | null, states: readonly SyncState[]): SyncSummary {
  const sum = (figure: "cached" | "updated" | "failed") => states.reduce((total, state) => total + state[figure], 0);
  const done = states.every(({ state }) => state === "done" || state === "failed");
  return { syncId, done, cached: sum("cached"), updated: sum("updated"), failed: sum("failed") };
}

export function syncView(syncId: string, states: readonly SyncState[], language: Language): SyncView {
  const accounts = states.map(({ accountId, state, cached, updated, nextAt, failure, startedAt, finishedAt }) => ({
    accountId,
    state,
    cached,
    updated,
    nextAt: state === "waiting" ? (nextAt?.toISOString() ?? null) : null,
    failure: failureView(failure, language, true),
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  }));
  return { ...syncSummary(null, states), syncId, accounts };
}
