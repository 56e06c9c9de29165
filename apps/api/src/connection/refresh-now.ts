import { setTimeout as pause } from "node:timers/promises";
import { takeBudget, type AccountRow, type OpenGrant } from "@reelay/database";
import { Failure } from "@reelay/domain";
import type { ApiDeps } from "../deps.ts";

const onceInMs = 60_000;
const patienceMs = 25_000;
const lookAgainMs = 500;

/**
 * Refreshes the account's token now, at most once a minute (`refreshed_recently`). When somebody else is refreshing it, waits
 * for that up to 25 s: a person waits for the answer, so this alone polls.
 */
export function createRefreshNow(deps: ApiDeps) {
  return async (account: AccountRow, stopping: AbortSignal): Promise<{ accessExpiresAt: Date }> => {
    if (account.state !== "connected") throw new Failure("account_not_connected");
    const before = await readGrant(deps, account.id);
    const budget = {
      platform: account.platform,
      scope: account.id,
      endpoint: "refresh_now",
      limit: 1,
      windowMs: onceInMs,
    };
    const retryAfterMs = await takeBudget(deps.database, budget);
    if (retryAfterMs !== null) throw new Failure("refreshed_recently", { retryAfterMs });
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(patienceMs)]);
    const answer = await deps.refreshGrant(account.id, {
      neededMs: 0,
      rejectedVersion: before.version,
      asked: true,
      signal,
    });
    if (answer.ok) return expiry(deps, await readGrant(deps, account.id));
    if (answer.wait.reason === "token_refreshing") return expiry(deps, await newerThan(deps, before, signal));
    throw failureOf(answer);
  };
}

async function newerThan(deps: ApiDeps, before: OpenGrant, signal: AbortSignal): Promise<OpenGrant> {
  for (;;) {
    const grant = await readGrant(deps, before.accountId);
    if (grant.version > before.version) return grant;
    if (signal.aborted) throw new Failure("unavailable", { retryAfterMs: 5_000 });
    await pause(lookAgainMs, undefined, { signal }).catch(() => undefined);
  }
}

function failureOf(answer: Exclude<Awaited<ReturnType<ApiDeps["refreshGrant"]>>, { ok: true }>): Failure {
  const { wait, failure } = answer;
  if (failure) return failure;
  if (wait.reason === "account_needs_reconnect") return new Failure("account_not_connected");
  return new Failure("unavailable", { ...(wait.inMs !== null && { retryAfterMs: wait.inMs }) });
}

async function readGrant(deps: ApiDeps, accountId: string): Promise<OpenGrant> {
  const grant = await deps.grants.read(accountId);
  if (!grant) throw new Failure("account_not_connected");
  return grant;
}

function expiry(deps: ApiDeps, grant: OpenGrant): { accessExpiresAt: Date } {
  return { accessExpiresAt: new Date(deps.now().getTime() + grant.accessRemainingMs) };
}
