import {
  appendAudit,
  connectAccount,
  deniedAnswer,
  finishOauthState,
  getAccount,
  saveAccountProfile,
  type AccountRow,
  type OauthCaller,
  type OauthStates,
  type UsedState,
} from "@reelay/database";
import { Failure, type FailureCode } from "@reelay/domain";
import type { Actor } from "@reelay/flows";
import type { Grant, Platform } from "@reelay/platforms";
import type { ApiDeps } from "../deps.ts";

export interface Connected {
  readonly account: AccountRow;
  readonly returnTo: string | null;
}

export interface CallbackQuery {
  readonly state?: string | undefined;
  readonly code?: string | undefined;
  readonly error?: string | undefined;
}

/** The caller, and how records remember whoever is signed in. */
export interface ConnectionCaller extends OauthCaller {
  readonly actor: Actor | null;
}

const replayMs = 60_000;
const exchangeMs = 20_000;
const profileMs = 5_000;

/**
 * Ends a connection. The state is used up by one statement before the code is exchanged: a process that dies in between
 * leaves nothing half-written, and the person begins again. Throws `oauth_state_invalid`, `oauth_denied` and what the platform says.
 */
export function createFinishConnection(deps: ApiDeps, states: OauthStates) {
  const running = new Map<string, Promise<Connected>>();
  return async (platformName: string, query: CallbackQuery, caller: ConnectionCaller): Promise<Connected> => {
    const platform = deps.platforms.for(platformName);
    const answer = query.error === undefined ? query.code : deniedAnswer;
    if (query.state === undefined || answer === undefined)
      throw new Failure(query.error === undefined ? "oauth_state_invalid" : deniedCode(query.error));
    const used = await states.use(platformName, query.state, answer, caller);
    if (query.error !== undefined) {
      if (!used && (await states.replay(platformName, query.state, answer, caller, replayMs)) === null)
        throw new Failure("oauth_state_invalid");
      throw new Failure(deniedCode(query.error));
    }
    if (!used) return await replay(deps, states, running, { platformName, state: query.state, answer, caller });
    const work = exchangeAndStore(deps, states, platform, {
      used,
      code: answer,
      state: query.state,
      actor: beginnerOf(used, caller),
    });
    running.set(used.id, work);
    return await work.finally(() => running.delete(used.id));
  };
}

async function replay(
  deps: ApiDeps,
  states: OauthStates,
  running: ReadonlyMap<string, Promise<Connected>>,
  again: { platformName: string; state: string; answer: string; caller: OauthCaller },
): Promise<Connected> {
  const known = await states.replay(again.platformName, again.state, again.answer, again.caller, replayMs);
  if (!known || known.outcome === "denied") throw new Failure("oauth_state_invalid");
  if (known.outcome === "running") {
    const first = running.get(known.id);
    if (!first) throw new Failure("unavailable", { retryAfterMs: 2_000 });
    return await first;
  }
  const account = await getAccount(deps.database, known.workspaceId, known.accountId);
  if (!account) throw new Failure("oauth_state_invalid");
  return { account, returnTo: known.returnTo };
}

async function exchangeAndStore(
  deps: ApiDeps,
  states: OauthStates,
  platform: Platform,
  { used, code, state, actor }: { used: UsedState; code: string; state: string; actor: Actor },
): Promise<Connected> {
  const { codeVerifier, redirectUri, workspaceId } = used;
  let grant: Grant;
  try {
    const signal = AbortSignal.timeout(deps.times.callTimeout(exchangeMs));
    grant = await platform.exchangeCode(code, { state, codeVerifier, redirectUri }, signal);
  } catch (error) {
    await states.spoil(used.id);
    throw error;
  }
  const accountId = await deps.database.inWorkspace(workspaceId, async (tx) => {
    const id = await connectAccount(tx, {
      workspaceId,
      platform: platform.name,
      externalId: grant.externalId,
      ownerExternalId: used.ownerExternalId,
      scopes: grant.scopes,
    });
    await deps.grants.replace(tx, { id, workspaceId }, grant);
    await finishOauthState(tx, used.id, id);
    await appendAudit(tx, {
      workspaceId,
      actor,
      action: "account.connected",
      subject: id,
      detail: { platform: platform.name, scopes: [...grant.scopes] },
    });
    return id;
  });
  deps.notifier.notifyDue();
  await learnProfile(deps, platform, { workspaceId, accountId, accessToken: grant.accessToken });
  const account = await getAccount(deps.database, workspaceId, accountId);
  if (!account) throw new Error("an account vanished while it was connected");
  return { account, returnTo: used.returnTo };
}

// A browser that was sent here by another application may be signed in as somebody else: who began is who connects.
function beginnerOf({ begunBy }: UsedState, caller: ConnectionCaller): Actor {
  if (caller.actor && caller.principal?.id === begunBy.id) return caller.actor;
  return begunBy.kind === "user" ? { kind: "session", id: begunBy.id } : begunBy;
}

/** The name is for people to see; a connection stands without it. */
async function learnProfile(
  deps: ApiDeps,
  platform: Platform,
  { workspaceId, accountId, accessToken }: { workspaceId: string; accountId: string; accessToken: string },
): Promise<void> {
  try {
    const profile = await platform.creatorOptions(accessToken, AbortSignal.timeout(deps.times.callTimeout(profileMs)));
    await saveAccountProfile(deps.database, workspaceId, accountId, profile);
  } catch (error) {
    deps.logger.warn("account profile not learnt", { account_id: accountId, error });
  }
}

// https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1, read 2026-11-25; TikTok documents access_denied alone.
function deniedCode(error: string): FailureCode {
  switch (error) {
    case "invalid_scope":
      return "oauth_scope_refused";
    case "unauthorized_client":
    case "invalid_client":
      return "oauth_client_refused";
    case "server_error":
    case "temporarily_unavailable":
      return "platform_error";
    default:
      return "oauth_denied";
  }
}
