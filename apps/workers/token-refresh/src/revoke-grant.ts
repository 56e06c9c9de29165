import { countRevokeTry, type Disconnecting, type OpenGrant } from "@reelay/database";
import { backoffMs, Failure, type FailureCode } from "@reelay/domain";
import type { TokenAnswer, TokenNeed } from "@reelay/flows";
import type { TokenDeps } from "./deps.ts";
import { disconnectRule } from "./disconnect-rule.ts";

type RevokeDeps = Pick<TokenDeps, "database" | "grants" | "refreshGrant" | "platforms" | "times" | "atPoint">;

export type Revoked =
  /** The platform has said so, or there was nothing left to revoke; `given_up`: it may still list the app. */
  { readonly outcome: "done" | "given_up" } | { readonly outcome: "later"; readonly inMs: number };

/** The call itself is short. */
const revokeNeedMs = 60_000;
const goneAlready: ReadonlySet<FailureCode> = new Set(["token_revoked", "oauth_denied"]);

/**
 * Revokes an account's grant at the platform, refreshing first when the access token has expired, or when it turns out that
 * the platform does not take it. A refused or unanswered revoke is tried `maxRevokeTries` times over several runs.
 */
export async function revokeGrant(deps: RevokeDeps, account: Disconnecting, signal: AbortSignal): Promise<Revoked> {
  const grant = await deps.grants.read(account.accountId);
  if (!grant) return { outcome: "done" };
  if (account.revokeTries >= disconnectRule.maxRevokeTries) return { outcome: "given_up" };
  const first = await tokenInForce(deps, account, grant, { neededMs: revokeNeedMs, signal });
  if (!first.ok) return await withoutToken(deps, account, first);
  if (!(await countRevokeTry(deps.database, account))) return { outcome: "later", inMs: 0 };
  await deps.atPoint("try counted");
  const refused = await revoke(deps, account, first.accessToken, signal);
  if (refused === null || goneAlready.has(refused.code)) return { outcome: "done" };
  if (refused.code !== "platform_refused_request") return again(deps, account);
  return await revokeWithAnother(deps, account, { neededMs: 0, rejectedVersion: first.version, signal });
}

/** The platform does not take this access token, though it may know the grant. */
async function revokeWithAnother(deps: RevokeDeps, account: Disconnecting, need: TokenNeed): Promise<Revoked> {
  if (account.stateCause !== null) return { outcome: "done" };
  const other = await deps.refreshGrant(account.accountId, need);
  if (!other.ok) return isGone(other) ? { outcome: "done" } : again(deps, account);
  await deps.atPoint("refreshed");
  const refused = await revoke(deps, account, other.accessToken, need.signal);
  return refused === null || goneAlready.has(refused.code) ? { outcome: "done" } : again(deps, account);
}

/** Tokens that were refused before are not refreshed again: the access token may still be good for saying good-bye. */
async function tokenInForce(
  { refreshGrant }: RevokeDeps,
  account: Disconnecting,
  grant: OpenGrant,
  need: TokenNeed,
): Promise<TokenAnswer> {
  if (account.stateCause === null) return await refreshGrant(account.accountId, need);
  if (grant.accessRemainingMs > 0) return { ok: true, accessToken: grant.accessToken, version: grant.version };
  return { ok: false, wait: { reason: "account_needs_reconnect", inMs: null } };
}

async function withoutToken(
  deps: RevokeDeps,
  account: Disconnecting,
  answer: Extract<TokenAnswer, { ok: false }>,
): Promise<Revoked> {
  if (isGone(answer)) return { outcome: "done" };
  // Somebody else is refreshing: no try of ours.
  if (answer.wait.reason === "token_refreshing") return { outcome: "later", inMs: deps.times.tokenRefreshingMs };
  await countRevokeTry(deps.database, account);
  return again(deps, account);
}

const isGone = (answer: Extract<TokenAnswer, { ok: false }>) => answer.wait.reason === "account_needs_reconnect";

function again({ times }: RevokeDeps, { revokeTries }: Disconnecting): Revoked {
  return { outcome: "later", inMs: times.scale(backoffMs(revokeTries + 1, Math.random())) };
}

/** Null when the platform has taken the revocation. */
async function revoke(
  { platforms }: RevokeDeps,
  { platform }: Disconnecting,
  accessToken: string,
  signal: AbortSignal,
): Promise<Failure | null> {
  try {
    await platforms.for(platform).revoke(accessToken, signal);
    return null;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}
