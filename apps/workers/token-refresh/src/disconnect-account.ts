import {
  claimDisconnecting,
  finishDisconnecting,
  postponeDisconnecting,
  settleDisconnecting,
  type Disconnecting,
} from "@reelay/database";
import { completed, type Handler } from "@reelay/jobs";
import type { TokenDeps } from "./deps.ts";
import { disconnectRule } from "./disconnect-rule.ts";
import { revokeGrant } from "./revoke-grant.ts";

/** Longer than the calls of one run: two refreshes and two revokes. */
const callsPerRun = 4;

/**
 * One look at an account that is being disconnected: settles its publications, revokes at the platform, erases its tokens;
 * or says in its row when to look again. Whoever dies on the way is followed by the next, who finds every step repeatable.
 */
export function createDisconnectAccount(deps: Omit<TokenDeps, "queues">): Handler<{ accountId: string }> {
  const { database, times, atPoint } = deps;
  return async ({ accountId }, context) => {
    context.set({ account_id: accountId });
    const account = await claimDisconnecting(database, accountId, callsPerRun * times.refreshLeaseMs);
    if (!account) return completed;
    await atPoint("claimed");
    const lookAgainMs = await settle(deps, account);
    await atPoint("settled");
    if (lookAgainMs === "reconnected") return completed;
    if (lookAgainMs !== null) return await later(deps, account, lookAgainMs);
    const revoked = await revokeGrant(deps, account, context.signal);
    await atPoint("revoked");
    context.set({ revoke: revoked.outcome });
    if (revoked.outcome === "later") return await later(deps, account, revoked.inMs);
    await finishDisconnecting(database, account, revoked.outcome === "given_up" ? "revoke_unanswered" : null);
    await atPoint("finished");
    return completed;
  };
}

/** Milliseconds until the next look; null when nothing is in doubt any more. */
async function settle({ database, times }: Omit<TokenDeps, "queues">, account: Disconnecting) {
  const isOverdue = account.forMs >= times.scale(disconnectRule.settleWithinMs);
  const inDoubt = await settleDisconnecting(database, account, isOverdue);
  if (inDoubt === null) return "reconnected";
  return inDoubt > 0 ? times.scale(disconnectRule.lookAgainMs) : null;
}

async function later({ database }: Pick<TokenDeps, "database">, account: Disconnecting, inMs: number) {
  await postponeDisconnecting(database, account, inMs);
  return completed;
}
