import { setTimeout as pause } from "node:timers/promises";
import type { Grants, Hold, LossCause, OpenGrant } from "@reelay/database";
import { Failure, mayResendRefresh, mustRefresh, patienceMs, type FailureCode } from "@reelay/domain";
import type { Grant, Platforms } from "@reelay/platforms";
import { silentLogger, type Logger, type Times } from "@reelay/runtime";
import type { TokenAnswer, TokenNeed } from "./token-answer.ts";

export interface RefreshGrantDeps {
  readonly grants: Grants;
  readonly accounts: {
    lose(loss: { accountId: string; cause: LossCause; ifVersion: number; patienceMs: number }): Promise<boolean>;
    countLosses(query: { platform: string; cause: LossCause; withinMs: number }): Promise<number>;
  };
  readonly holds: { place(hold: Hold): Promise<void> };
  readonly platforms: Platforms;
  readonly times: Times;
  readonly logger?: Logger;
}

export type RefreshGrant = (accountId: string, need: TokenNeed) => Promise<TokenAnswer>;

/** A version that a refusal demanded and that is refused within this is not refreshed again. */
const refusedAgainMs = 10 * 60_000;
/** So many accounts refused again within `refusedAgainMs` point at the app, not at their creators. */
const appSuspectFrom = 3;
const appHoldMs = 24 * 60 * 60_000;
const probeEveryMs = 60 * 60_000;
/** Definite answers: of these codes the grant is gone, of those it is as it was. */
const refusedForGood: ReadonlySet<FailureCode> = new Set(["token_revoked", "oauth_denied"]);
const refusedNotTheGrant: ReadonlySet<FailureCode> = new Set([
  "oauth_client_refused",
  "oauth_scope_refused",
  "platform_refused_request",
]);
const storeAgainMs = 500;
const backoffMs = 15_000;
const goneAskAgainMs = 60_000;

/**
 * The one way to refresh a grant: single flight by a lease on its row, no transaction open during HTTP, stored by
 * compare-and-set. Refreshes only when the expiry demands it or `need.rejectedVersion` is the version in force.
 */
export function createRefreshGrant(deps: RefreshGrantDeps): RefreshGrant {
  return async (accountId, need) => {
    const grant = await deps.grants.read(accountId);
    if (!isUsable(grant)) return needsReconnect();
    const answer = withoutRefresh(grant, need, deps.times);
    if (answer) return answer;
    if (isRefusedAgain(grant, need)) return await loseOrSuspectApp(deps, grant);
    need.signal.throwIfAborted();
    const leasedAt = performance.now();
    const leaseToken = await deps.grants.lease(grant, deps.times.refreshLeaseMs);
    if (leaseToken === null) return refreshing(deps.times);
    return await refreshUnderLease(deps, { grant, need, leaseToken, leasedAt });
  };
}

interface Leased {
  readonly grant: OpenGrant;
  readonly need: TokenNeed;
  readonly leaseToken: number;
  /** Monotonic. */
  readonly leasedAt: number;
}

function withoutRefresh(grant: OpenGrant, need: TokenNeed, times: Times): TokenAnswer | null {
  const isRejected = need.rejectedVersion === grant.version;
  if (!isRejected && !mustRefresh(grant, need.neededMs)) return current(grant);
  if (grant.refreshing) return refreshing(times);
  // The platform may have rotated the token that we have: it is sent once more only when there is little left to lose.
  const isDead = isRejected && need.asked !== true;
  const mayNotResend = grant.unansweredForMs !== null && !isDead && !mayResendRefresh(grant);
  return mayNotResend ? current(grant) : null;
}

async function refreshUnderLease(deps: RefreshGrantDeps, leased: Leased): Promise<TokenAnswer> {
  const { grant } = leased;
  let tokens: Grant;
  try {
    // Not the caller's signal: an abandoned answer may be the only copy of the next refresh token.
    const leaseEnds = AbortSignal.timeout(deps.times.refreshLeaseMs);
    tokens = await deps.platforms.for(grant.platform).refresh(grant.refreshToken, leaseEnds);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return await afterRefusal(deps, leased, error);
  }
  const isReactive = leased.need.rejectedVersion === grant.version && leased.need.asked !== true;
  const isStored = await storeUntilLeaseEnds(deps, leased, tokens, isReactive);
  if (isStored) return { ok: true, accessToken: tokens.accessToken, version: grant.version + 1 };
  return await whatIsStoredNow(deps, leased);
}

/** The answer exists only here, so storing is tried again while the lease protects it; then it is lost. */
async function storeUntilLeaseEnds(
  deps: RefreshGrantDeps,
  leased: Leased,
  tokens: Grant,
  isReactive: boolean,
): Promise<boolean> {
  const endsAt = leased.leasedAt + deps.times.refreshLeaseMs;
  for (;;) {
    try {
      return await deps.grants.store(leased.grant, leased.leaseToken, tokens, isReactive);
    } catch (error) {
      const pauseMs = deps.times.scale(storeAgainMs);
      if (performance.now() + pauseMs >= endsAt) throw error;
      deps.logger?.warn("grant_store_failed", { account_id: leased.grant.accountId, error });
      await pause(pauseMs);
    }
  }
}

async function afterRefusal(deps: RefreshGrantDeps, leased: Leased, failure: Failure): Promise<TokenAnswer> {
  const { grant, leaseToken } = leased;
  const log = (deps.logger ?? silentLogger).with({ account_id: grant.accountId, platform: grant.platform });
  log.warn("grant_refresh_failed", { failure_code: failure.code, platform_code: failure.details.platformCode });
  if (refusedForGood.has(failure.code)) return await afterInvalidGrant(deps, leased, failure);
  const isAnswered = refusedNotTheGrant.has(failure.code) || failure.details.neverSent === true;
  // No answer is no evidence: the account stays connected, and what was sent before stays marked as sent.
  await deps.grants.release(grant.accountId, leaseToken, isAnswered && grant.unansweredForMs === null);
  if (failure.who === "operator") return await holdApp(deps, grant.platform, failure);
  return goOnOrWait(leased, deps.times, failure);
}

/** Refused for good, unless somebody has stored other tokens meanwhile. */
async function afterInvalidGrant(deps: RefreshGrantDeps, leased: Leased, failure: Failure): Promise<TokenAnswer> {
  const { grant, leaseToken } = leased;
  const cause = grant.unansweredForMs === null ? "token_revoked" : "lost_rotation";
  const isLost = await lose(deps, grant, cause);
  await deps.grants.release(grant.accountId, leaseToken, cause === "token_revoked");
  const refusal = new Failure(cause, { ...failure.details, internal: failure.message });
  return isLost ? needsReconnect(refusal) : await whatIsStoredNow(deps, leased, refusal);
}

async function lose(deps: RefreshGrantDeps, grant: OpenGrant, cause: LossCause): Promise<boolean> {
  const { accountId, version: ifVersion } = grant;
  return await deps.accounts.lose({ accountId, cause, ifVersion, patienceMs: deps.times.scale(patienceMs) });
}

async function whatIsStoredNow(deps: RefreshGrantDeps, leased: Leased, refusal?: Failure): Promise<TokenAnswer> {
  const stored = await deps.grants.read(leased.grant.accountId);
  if (!isUsable(stored)) return needsReconnect();
  if (stored.version !== leased.grant.version) return current(stored);
  return refusal && isDisconnecting(stored) ? goneWhileDisconnecting(deps.times, refusal) : refreshing(deps.times);
}

function isRefusedAgain(grant: OpenGrant, need: TokenNeed): boolean {
  if (need.rejectedVersion !== grant.version || need.asked === true) return false;
  return grant.reactiveForMs !== null && grant.reactiveForMs < refusedAgainMs;
}

async function loseOrSuspectApp(deps: RefreshGrantDeps, grant: OpenGrant): Promise<TokenAnswer> {
  const { platform } = grant;
  const failure = new Failure("token_refused", { internal: "refused again right after a refresh" });
  if (isDisconnecting(grant)) return goneWhileDisconnecting(deps.times, failure);
  const others = await deps.accounts.countLosses({ platform, cause: "refused_again", withinMs: refusedAgainMs });
  if (others + 1 >= appSuspectFrom) return await holdApp(deps, platform, failure);
  const isLost = await lose(deps, grant, "refused_again");
  return isLost ? needsReconnect(failure) : refreshing(deps.times);
}

async function holdApp(deps: RefreshGrantDeps, platform: string, failure: Failure): Promise<TokenAnswer> {
  await deps.holds.place({ platform, scope: "app", failureCode: failure.code, forMs: appHoldMs, probeEveryMs });
  return { ok: false, wait: { reason: "hold", inMs: probeEveryMs }, failure };
}

function goOnOrWait({ grant, need }: Leased, times: Times, failure: Failure): TokenAnswer {
  const isAlive = grant.accessRemainingMs > 0 && need.rejectedVersion !== grant.version;
  if (isAlive && need.asked !== true) return current(grant);
  const inMs = Math.max(times.scale(backoffMs), failure.details.retryAfterMs ?? 0);
  return { ok: false, wait: { reason: "backoff", inMs }, failure };
}

function isUsable(grant: OpenGrant | null): grant is OpenGrant {
  return grant !== null && (grant.accountState === "connected" || isDisconnecting(grant));
}

const isDisconnecting = (grant: OpenGrant) => grant.accountState === "disconnecting";

const current = (grant: OpenGrant): TokenAnswer => ({
  ok: true,
  accessToken: grant.accessToken,
  version: grant.version,
});

function refreshing(times: Times): TokenAnswer {
  return { ok: false, wait: { reason: "token_refreshing", inMs: times.tokenRefreshingMs } };
}

/** There is nobody to reconnect it, and who settles what is in doubt may still ask: not at once, and not in vain for ever. */
function goneWhileDisconnecting(times: Times, failure: Failure): TokenAnswer {
  return { ok: false, wait: { reason: "account_needs_reconnect", inMs: times.scale(goneAskAgainMs) }, failure };
}

function needsReconnect(failure?: Failure): TokenAnswer {
  return { ok: false, wait: { reason: "account_needs_reconnect", inMs: null }, ...(failure && { failure }) };
}
