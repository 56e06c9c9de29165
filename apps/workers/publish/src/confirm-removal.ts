import { settleWebhook, suspectedRemovals, type LossCause, type SuspectedRemoval } from "@reelay/database";
import { Failure, patienceMs } from "@reelay/domain";
import { snoozed, completed, type confirmRemoval, type Handler } from "@reelay/jobs";
import type { z } from "zod";
import { takeCall } from "./budgets.ts";
import type { PublishDeps } from "./deps.ts";

type Deps = Pick<PublishDeps, "accessToken" | "database" | "platforms" | "times"> & {
  readonly accounts: {
    lose(loss: { accountId: string; cause: LossCause; ifVersion: number; patienceMs: number }): Promise<boolean>;
  };
};

const neededMs = 60_000;

/**
 * A webhook says that a creator has withdrawn the permission. One read is made with the token in force: only when the
 * platform refuses it, the account needs a person. A read and no refresh: a refresh that nobody needed could lose a token.
 */
export function createConfirmRemoval(deps: Deps): Handler<z.infer<typeof confirmRemoval.payload>> {
  return async ({ webhookId }, context) => {
    const accounts = await suspectedRemovals(deps.database, webhookId);
    context.set({ accounts: accounts.length });
    for (const account of accounts) {
      const waitMs = await confirm(deps, account, context.signal);
      if (waitMs !== null) return snoozed(waitMs, "no call may be made yet");
    }
    await settleWebhook(deps.database, webhookId);
    return completed;
  };
}

/** Null when it is known, one way or the other; else the milliseconds until it is worth asking again. */
async function confirm(deps: Deps, account: SuspectedRemoval, signal: AbortSignal): Promise<number | null> {
  const { accountId, platform } = account;
  const token = await deps.accessToken(accountId, { neededMs, signal });
  // A token that had to be refreshed was refused then, or there will be another one.
  if (!token.ok) return token.wait.inMs;
  const emptyForMs = await takeCall(deps.database, account, "creator_info");
  if (emptyForMs !== null) return emptyForMs;
  try {
    await deps.platforms.for(platform).creatorOptions(token.accessToken, signal);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code === "token_refused") await lose(deps, accountId, token.version);
    else if (error.who === "nobody") throw error;
  }
  return null;
}

async function lose(deps: Deps, accountId: string, ifVersion: number): Promise<void> {
  const cause = "authorization_removed";
  await deps.accounts.lose({ accountId, cause, ifVersion, patienceMs: deps.times.scale(patienceMs) });
}
