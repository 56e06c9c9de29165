import { appendAudit } from "./audit.ts";
import type { Database, Tx } from "./connect.ts";
import { Prisma } from "./generated/client.ts";
import { cancelPublication } from "./publications/cancel.ts";
import { writePublication } from "./publications/write.ts";

/** An account that is being disconnected, taken for work until its next time. */
export interface Disconnecting {
  readonly accountId: string;
  readonly workspaceId: string;
  readonly platform: string;
  /** When it was begun: every later write holds only for this beginning. */
  readonly since: Date;
  readonly forMs: number;
  /** Why its tokens were refused already when it was begun; null when they were in force. */
  readonly stateCause: string | null;
  readonly revokeTries: number;
}

/**
 * Begins to disconnect an account in the caller's transaction: cancels what is cancelable, and makes the row one that is
 * found again. `already`: it was begun, or ended, before. Null when the account does not exist.
 */
export async function beginDisconnecting(
  tx: Tx,
  accountId: string,
  detail: Prisma.InputJsonObject,
): Promise<"begun" | "already" | null> {
  await cancelAll(tx, accountId, detail);
  const changed = await tx.$executeRaw`
    update social_accounts set state = 'disconnecting', state_changed_at = now(), disconnect_next_at = now(), revoke_tries = 0, updated_at = now()
    where id = ${accountId}::uuid and state in ('connected', 'needs_reconnect')`;
  if (changed === 1) return "begun";
  const known = await tx.$queryRaw<{ id: string }[]>`select id from social_accounts where id = ${accountId}::uuid`;
  return known.length === 1 ? "already" : null;
}

/** Publications before their account, in one order, as everybody locks them. Returns those in doubt. */
async function cancelAll(tx: Tx, accountId: string, detail: Prisma.InputJsonObject): Promise<string[]> {
  const open = await tx.$queryRaw<{ id: string }[]>`
    select id from publications where account_id = ${accountId}::uuid
      and status in ('draft', 'preparing', 'scheduled', 'waiting', 'uploading', 'processing')
    order by id for update`;
  const inDoubt: string[] = [];
  for (const { id } of open) if ((await cancelPublication(tx, id, detail)) === "refused") inDoubt.push(id);
  return inDoubt;
}

/** Accounts whose next look is due, oldest first. */
export async function findDisconnecting(database: Database, limit: number): Promise<string[]> {
  return await database.asSystem(async (tx) => {
    const rows = await tx.$queryRaw<{ id: string }[]>`
      select id from social_accounts
      where state = 'disconnecting' and (disconnect_next_at is null or disconnect_next_at <= now())
      order by disconnect_next_at nulls first limit ${limit}`;
    return rows.map(({ id }) => id);
  });
}

/** Takes the account for `visibleAfterMs`; who dies meanwhile is followed by the next. Null when it is not due. */
export async function claimDisconnecting(
  database: Database,
  accountId: string,
  visibleAfterMs: number,
): Promise<Disconnecting | null> {
  return await database.asSystem(async (tx) => {
    const [row] = await tx.$queryRaw<Disconnecting[]>`
      update social_accounts set disconnect_next_at = ${inMs(visibleAfterMs)}
      where id = ${accountId}::uuid and state = 'disconnecting' and (disconnect_next_at is null or disconnect_next_at <= now())
      returning id as "accountId", workspace_id as "workspaceId", platform, state_changed_at as since, state_cause as "stateCause", revoke_tries as "revokeTries",
        (extract(epoch from now() - state_changed_at) * 1000)::float8 as "forMs"`;
    return row ?? null;
  });
}

/**
 * Cancels what has become cancelable and returns how many publications are still in doubt; with `overdue` those become a
 * person's to look after (`needs_review`), and none is left. Null when the account is no longer being disconnected.
 */
export async function settleDisconnecting(
  database: Database,
  { accountId, since }: Disconnecting,
  overdue: boolean,
): Promise<number | null> {
  return await database
    .asSystem(async (tx) => {
      const inDoubt = await cancelAll(tx, accountId, { by: { kind: "system", id: "disconnect-account" } });
      const [row] = await tx.$queryRaw<{ id: string }[]>`
      select id from social_accounts where id = ${accountId}::uuid and ${isStill(since)} for no key update`;
      if (!row) throw new Reconnected();
      if (!overdue) return inDoubt.length;
      const code = "account_disconnected";
      for (const id of inDoubt) {
        await writePublication(tx, id, {
          event: { type: "review_needed" },
          detail: { code },
          change: { nextInMs: null, waitReason: null, giveUpInMs: null, failure: { code }, expel: true },
        });
      }
      return 0;
    })
    .catch((error: unknown) => {
      if (error instanceof Reconnected) return null;
      throw error;
    });
}

/** Somebody has connected the account again: what was canceled in this transaction must not stay so. */
class Reconnected extends Error {}

/** Counts one more try to revoke, before it is made; false when the account is no longer being disconnected. */
export async function countRevokeTry(database: Database, { accountId, since }: Disconnecting): Promise<boolean> {
  const changed = await database.asSystem(
    (tx) => tx.$executeRaw`
      update social_accounts set revoke_tries = revoke_tries + 1 where id = ${accountId}::uuid and ${isStill(since)}`,
  );
  return changed === 1;
}

/** Looks again in `afterMs`. */
export async function postponeDisconnecting(
  database: Database,
  { accountId, since }: Disconnecting,
  afterMs: number,
): Promise<void> {
  await database.asSystem(
    (tx) => tx.$executeRaw`
      update social_accounts set disconnect_next_at = ${inMs(afterMs)} where id = ${accountId}::uuid and ${isStill(since)}`,
  );
}

/**
 * Erases the tokens and ends the account: `disconnected`, with `cause` where the platform may still list the app. What was
 * published stays, and is no longer looked after. False when the account is no longer being disconnected.
 */
export async function finishDisconnecting(
  database: Database,
  { accountId, workspaceId, since }: Disconnecting,
  cause: string | null,
): Promise<boolean> {
  return await database.asSystem(async (tx) => {
    await tx.$queryRaw`
      select id from publications where account_id = ${accountId}::uuid and next_at is not null order by id for update`;
    const changed = await tx.$executeRaw`
      update social_accounts set state = 'disconnected', state_cause = ${cause}, state_changed_at = now(), disconnect_next_at = null,
        revoke_tries = 0, updated_at = now()
      where id = ${accountId}::uuid and ${isStill(since)}`;
    if (changed === 0) return false;
    await tx.$executeRaw`
      update grants set access_token = null, refresh_token = null, version = version + 1, lease_token = lease_token + 1,
        lease_until = null, refresh_sent_at = null, reactive_at = null
      where account_id = ${accountId}::uuid`;
    // What was still looked for, as a permalink: nobody can ask any more.
    await tx.$executeRaw`
      update publications set next_at = null where account_id = ${accountId}::uuid and next_at is not null and status in ('published', 'delivered', 'needs_review')`;
    const actor = { kind: "system", id: "disconnect-account" };
    await appendAudit(tx, {
      workspaceId,
      actor,
      action: "account.disconnected",
      subject: accountId,
      detail: { cause },
    });
    return true;
  });
}

const isStill = (since: Date) => Prisma.sql`state = 'disconnecting' and state_changed_at = ${since}`;

function inMs(ms: number): Prisma.Sql {
  return Prisma.sql`now() + make_interval(secs => ${ms}::float8 / 1000)`;
}
