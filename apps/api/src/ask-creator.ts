import type { CreatorInfo } from "@reelay/contract";
import { takeBudget } from "@reelay/database";
import { Failure, tiktokBudgets } from "@reelay/domain";
import type { TokenAnswer } from "@reelay/flows";
import type { ApiDeps } from "./deps.ts";

type Deps = Pick<ApiDeps, "database" | "accessToken" | "platforms">;

const neededMs = 60_000;

/**
 * What the account may post right now, as the platform says it; a token that it refuses is refreshed once. Throws
 * `account_not_connected`, `platform_rate_limited` (our own budget too), `unavailable` while a refresh is under way, and what
 * the platform answers.
 */
export async function askCreator(deps: Deps, accountId: string, signal: AbortSignal): Promise<CreatorInfo> {
  const token = required(await deps.accessToken(accountId, { neededMs, signal }));
  try {
    return await ask(deps, accountId, token.accessToken, signal);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "token_refused") throw error;
    const fresh = required(await deps.accessToken(accountId, { neededMs, rejectedVersion: token.version, signal }));
    return await ask(deps, accountId, fresh.accessToken, signal);
  }
}

async function ask(deps: Deps, accountId: string, accessToken: string, signal: AbortSignal): Promise<CreatorInfo> {
  const budget = {
    platform: "tiktok",
    scope: `account:${accountId}`,
    endpoint: "creator_info",
    ...tiktokBudgets.creator_info,
  };
  const retryAfterMs = await takeBudget(deps.database, budget);
  if (retryAfterMs !== null) throw new Failure("platform_rate_limited", { retryAfterMs });
  const creator = await deps.platforms.for("tiktok").creatorOptions(accessToken, signal);
  return { ...creator, privacyLevels: [...creator.privacyLevels] };
}

function required(answer: TokenAnswer): Extract<TokenAnswer, { ok: true }> {
  if (answer.ok) return answer;
  if (answer.failure) throw answer.failure;
  if (answer.wait.reason === "account_needs_reconnect") throw new Failure("account_not_connected");
  throw new Failure("unavailable", { ...(answer.wait.inMs !== null && { retryAfterMs: answer.wait.inMs }) });
}
