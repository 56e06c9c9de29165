import type { Database } from "./connect.ts";
import { lockOpenPublications } from "./publications/lock-open.ts";

export type LossCause = "token_revoked" | "lost_rotation" | "refused_again" | "scope_missing" | "authorization_removed";

/**
 * Marks a connected account as needing a person (`needs_reconnect`, with the cause) and sets the time at which its open
 * publications are given up: `patienceMs` after the later of now and their due time. Nothing happens when `ifVersion` is
 * no longer the grant's version: somebody has reconnected or refreshed meanwhile. Returns whether the account was lost now.
 */
export async function loseAccount(
  database: Database,
  loss: { accountId: string; cause: LossCause; ifVersion: number; patienceMs: number },
): Promise<boolean> {
  return await database.asSystem(async (tx) => {
    await lockOpenPublications(tx, loss.accountId);
    const changed = await tx.$executeRaw`
      update social_accounts a set state = 'needs_reconnect', state_cause = ${loss.cause}, state_changed_at = now(), updated_at = now()
      from grants g
      where a.id = ${loss.accountId}::uuid and a.state = 'connected' and g.account_id = a.id and g.version = ${loss.ifVersion}`;
    if (changed === 0) return false;
    await tx.$executeRaw`
      update publications set give_up_at = greatest(due_at, now()) + make_interval(secs => ${loss.patienceMs}::float8 / 1000)
      where account_id = ${loss.accountId}::uuid and give_up_at is null
        and status in ('preparing', 'scheduled', 'waiting', 'uploading', 'processing')`;
    return true;
  });
}

/** Accounts of `platform` lost for `cause` within the last `withinMs`: several at once point at the app, not at creators. */
export async function countLosses(
  database: Database,
  query: { platform: string; cause: LossCause; withinMs: number },
): Promise<number> {
  return await database.asSystem(async (tx) => {
    const [row] = await tx.$queryRaw<{ lost: number }[]>`
      select count(*)::int as lost from social_accounts
      where platform = ${query.platform} and state_cause = ${query.cause}
        and state_changed_at > now() - make_interval(secs => ${query.withinMs}::float8 / 1000)`;
    return row?.lost ?? 0;
  });
}
