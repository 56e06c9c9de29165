/** The accounts of an installation are spread over this much time after the night's hour. */
export const nightlySync = { windowMs: 2 * 60 * 60_000 } as const;

const dayMs = 24 * 60 * 60_000;

export interface Reread {
  readonly everyNights: number;
  /** Posts of this age and older are left for another night; null: none are. */
  readonly youngerThanDays: number | null;
}

/** How far back a night reads: figures of old posts hardly move. Ordered by depth. */
export const rereadRules: readonly [Reread, ...Reread[]] = [
  { everyNights: 1, youngerThanDays: 7 },
  { everyNights: 3, youngerThanDays: 30 },
  { everyNights: 7, youngerThanDays: 365 },
  { everyNights: 30, youngerThanDays: null },
];
/** After so many nights the rules begin anew. */
const nightsOfAllRules = 210;

/** Calls of a sync: TikTok's 600 a minute may be for the whole app, so one account must not use them all. */
export const tiktokSync = {
  scope: "video.list",
  /** https://developers.tiktok.com/doc/tiktok-api-v2-video-object, read 2026-11-25: a cover's address lives 6 hours. */
  coverUrlLifeMs: 6 * 60 * 60_000,
  budgets: {
    user_info: { app: { limit: 540, windowMs: 60_000 }, account: { limit: 30, windowMs: 60_000 } },
    video_list: { app: { limit: 540, windowMs: 60_000 }, account: { limit: 120, windowMs: 60_000 } },
  },
} as const;
export type SyncEndpoint = keyof typeof tiktokSync.budgets;

/** A page that failed so often in a row ends the sync; the next one begins anew. */
export const syncPatience = { maxTries: 8 } as const;

/**
 * The deepest rule whose turn came after `lastNight` up to `tonight` (nights as `nightOf` counts them), so that a night
 * that was missed is made up for; everything when there was none. Each account's long nights are its own.
 */
export function planReread(account: { id: string; lastNight: number | null; tonight: number }): Reread {
  const [first, ...deeper] = rereadRules;
  const everything: Reread = { everyNights: 1, youngerThanDays: null };
  if (account.lastNight === null) return everything;
  const offset = hashOf(`${account.id} nights`) % nightsOfAllRules;
  const turns = (night: number, { everyNights }: Reread) => Math.floor((night + offset) / everyNights);
  const { lastNight, tonight } = account;
  return deeper.findLast((rule) => turns(tonight, rule) > turns(lastNight, rule)) ?? first;
}

/** Whether the pages behind one that ends at `oldestPublishedAt` need not be read tonight; null `since`: all are. */
export function isWalkedFarEnough(oldestPublishedAt: Date | null, since: Date | null): boolean {
  return since !== null && oldestPublishedAt !== null && oldestPublishedAt < since;
}

/** An account's own moment within the window, always the same. */
export function spreadMs(accountId: string, windowMs: number = nightlySync.windowMs): number {
  return hashOf(accountId) % windowMs;
}

/** Number of the local day of `at` in an IANA time zone; consecutive days have consecutive numbers. */
export function nightOf(at: Date, timeZone: string): number {
  const format = new Intl.DateTimeFormat("en-US", { timeZone, year: "numeric", month: "numeric", day: "numeric" });
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  return Math.floor(Date.UTC(parts["year"] ?? 0, (parts["month"] ?? 1) - 1, parts["day"] ?? 1) / dayMs);
}

/** FNV-1a of 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}
