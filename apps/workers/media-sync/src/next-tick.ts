import { CronExpressionParser } from "cron-parser";

/** The first time after `after` that the expression names in an IANA time zone. */
export function nextTick(cron: string, timeZone: string, after: Date): Date {
  return CronExpressionParser.parse(cron, { tz: timeZone, currentDate: after }).next().toDate();
}

/** Five fields that name at least one time. */
export function isCron(text: string): boolean {
  if (text.trim().split(/\s+/).length !== 5) return false;
  try {
    nextTick(text, "UTC", new Date(0));
    return true;
  } catch {
    return false;
  }
}
