import { takeBudgets, type SyncRun } from "@reelay/database";
import { Failure, type SyncEndpoint } from "@reelay/domain";
import type { TokenAnswer } from "@reelay/flows";
import type { SyncDeps } from "./deps.ts";
import { endingOf, Ends, later } from "./ending.ts";

/** A walk is ended long before. */
const neededMs = 10 * 60_000;
/** So that not everyone who waits for the app's budget comes in the same millisecond. */
const crowdMs = 1_000;

export type CallPlatform = <T>(endpoint: SyncEndpoint, call: (accessToken: string) => Promise<T>) => Promise<T>;

/**
 * Calls the platform for one try of a run: with a token that is asked for once, and once more when the platform refuses it,
 * and with a call of the account's and the app's budget taken just before. Throws `Ends` where the try must end.
 */
export function createCallPlatform(deps: SyncDeps, run: SyncRun, signal: AbortSignal): CallPlatform {
  let held: Extract<TokenAnswer, { ok: true }> | null = null;
  const ask = async (rejectedVersion?: number) => {
    const refused = rejectedVersion !== undefined && { rejectedVersion };
    const answer = await deps.accessToken(run.accountId, { neededMs, signal, ...refused });
    if (!answer.ok) throw endOfWait(deps, run, answer);
    return (held = answer);
  };
  return async (endpoint, call) => {
    const { accessToken, version } = held ?? (await ask());
    try {
      await takeCall(deps, run, endpoint);
      return await call(accessToken);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== "token_refused") throw error;
    }
    const fresh = await ask(version);
    await takeCall(deps, run, endpoint);
    return await call(fresh.accessToken);
  };
}

async function takeCall({ database, budgets }: SyncDeps, run: SyncRun, endpoint: SyncEndpoint): Promise<void> {
  if (budgets === null) return;
  const { platform, accountId } = run;
  const rules = budgets[platform]?.[endpoint];
  if (!rules) throw new Failure("internal", { internal: `no budget for ${platform} ${endpoint}` });
  const emptyForMs = await takeBudgets(database, [
    { platform, scope: `account:${accountId}`, endpoint, ...rules.account },
    { platform, scope: "app", endpoint, ...rules.app },
  ]);
  if (emptyForMs !== null) throw new Ends(later(emptyForMs + Math.floor(Math.random() * crowdMs), "budget"));
}

function endOfWait(deps: SyncDeps, run: SyncRun, { wait, failure }: Extract<TokenAnswer, { ok: false }>): Error {
  switch (wait.reason) {
    case "account_needs_reconnect":
      return new Ends({ next: "failed", failure: failure ?? new Failure("account_not_connected") });
    case "token_refreshing":
      return new Ends(later(wait.inMs ?? deps.times.tokenRefreshingMs, wait.reason));
    case "hold":
    case "backoff": {
      const cause = failure ?? new Failure("unavailable");
      return new Ends(endingOf(cause, run, deps.times));
    }
    default:
      return wait.reason satisfies never;
  }
}
