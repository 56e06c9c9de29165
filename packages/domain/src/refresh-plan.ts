import { mayResendRefresh, mustRefresh, type TokenLife } from "./token-life.ts";

/** When the sweep refreshes. Every rotation is a chance to lose the grant: as rarely as is safe. Data. */
export const refreshRule = {
  /** Below this share of its life a token is low: the access token of an account with work ahead, the refresh token of others. */
  lowShare: 0.25,
  /** Accounts connected together are not refreshed together: the share above, more or less this, by account. */
  spreadShare: 0.1,
  /** A new token must outlast the work that it is fetched for by this, or the fetching is put off. */
  marginMs: 5 * 60_000,
  /** An account in the middle of publishing is left alone while its token lives longer than this. */
  publishingAloneMs: 10 * 60_000,
} as const;

/** Highest share of a token's life, over all accounts, at which it may count as low. */
export const lowShareAtMost = refreshRule.lowShare * (1 + refreshRule.spreadShare);

/** What the sweep knows of an account's tokens and of what they are needed for. */
export interface RefreshOutlook extends TokenLife {
  readonly accountId: string;
  readonly refreshLifetimeMs: number;
  readonly refreshRemainingMs: number;
  /** Somebody is refreshing. */
  readonly isRefreshing: boolean;
  /** A refresh was sent, and its answer never came. */
  readonly isUnanswered: boolean;
  /** The account's publishing slot is held. */
  readonly isPublishing: boolean;
  /** The first thing that is due: in how long (negative: since), and how long the token must then live. */
  readonly work: { readonly dueInMs: number; readonly neededMs: number } | null;
}

export interface RefreshPlan {
  readonly why: "work" | "idle";
  /** How long the token must live from now, for `mustRefresh`. */
  readonly neededMs: number;
}

/**
 * Whether an account's tokens are refreshed now. With work ahead: as soon as the token would not outlast it and a new one
 * would, or when it is low. Without: only so often that the refresh token itself never dies.
 */
export function planRefresh(outlook: RefreshOutlook): RefreshPlan | null {
  if (outlook.isRefreshing) return null;
  if (outlook.isPublishing && outlook.accessRemainingMs >= refreshRule.publishingAloneMs) return null;
  if (outlook.isUnanswered && !mayResendRefresh(outlook)) return null;
  const plan = planForWork(outlook) ?? planForIdle(outlook);
  return plan && mustRefresh(outlook, plan.neededMs) ? plan : null;
}

function planForWork({ work, accessLifetimeMs, accountId }: RefreshOutlook): RefreshPlan | null {
  if (!work) return null;
  const untilDoneMs = Math.max(0, work.dueInMs) + Math.min(work.neededMs, accessLifetimeMs / 2);
  const marginMs = Math.min(refreshRule.marginMs, accessLifetimeMs / 8);
  if (untilDoneMs + marginMs > accessLifetimeMs) return null;
  return { why: "work", neededMs: Math.max(untilDoneMs, accessLifetimeMs * lowShareOf(accountId)) };
}

function planForIdle({ refreshRemainingMs, refreshLifetimeMs, accessLifetimeMs, accountId }: RefreshOutlook) {
  const isLow = refreshRemainingMs < refreshLifetimeMs * lowShareOf(accountId);
  return isLow ? ({ why: "idle", neededMs: accessLifetimeMs } as const) : null;
}

/** The account's own share, the same each time: the last digits of its id are random. */
function lowShareOf(accountId: string): number {
  const place = Number.parseInt(accountId.slice(-4), 16) / 0xffff;
  return refreshRule.lowShare * (1 + refreshRule.spreadShare * (2 * place - 1));
}
