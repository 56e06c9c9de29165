import type { DueAccount, PlannedNight } from "@reelay/database";
import { nightOf, planReread, spreadMs } from "@reelay/domain";
import { nextTick } from "./next-tick.ts";

export interface NightRules {
  readonly cron: string;
  /** For workspaces that have set none. */
  readonly timeZone: string;
}

/**
 * What an account whose time has come does now, and when it does it next. One without a time only gets one, unless it was
 * never synced; nights that were missed are one night.
 */
export function planNight(account: DueAccount, rules: NightRules, now: Date): PlannedNight {
  const { accountId, isUnplanned, syncedNight } = account;
  const timeZone = account.timeZone === "UTC" ? rules.timeZone : account.timeZone;
  const ownMs = spreadMs(accountId);
  // The night belongs to the hour of the rule: an account's own moment may lie behind midnight.
  const before = new Date(now.getTime() - ownMs);
  const night = nightOf(before, timeZone);
  const reread = planReread({ id: accountId, lastNight: syncedNight, tonight: night });
  return {
    account,
    nextAt: new Date(nextTick(rules.cron, timeZone, before).getTime() + ownMs),
    rule: `${rules.cron} ${timeZone}`,
    night,
    walk: isUnplanned && syncedNight !== null ? null : { youngerThanDays: reread.youngerThanDays },
  };
}
