import { checkLiveOptions, type PlannedTarget } from "@reelay/flows";
import { askCreator } from "../ask-creator.ts";
import type { ApiDeps } from "../deps.ts";

const patienceMs = 8_000;

/** Asks the platform what the accounts offer, as long as a caller may be kept waiting for an answer that is not needed. */
export async function checkLive(deps: ApiDeps, targets: readonly PlannedTarget[]): Promise<void> {
  const signal = AbortSignal.any([deps.stopping, AbortSignal.timeout(deps.times.callTimeout(patienceMs))]);
  await checkLiveOptions((accountId, within) => askCreator(deps, accountId, within), targets, signal);
}
