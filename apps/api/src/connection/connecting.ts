import type { OauthStart } from "@reelay/contract";
import { allowedReturnOrigins, createOauthStates } from "@reelay/database";
import { Failure } from "@reelay/domain";
import type { Principal } from "@reelay/identity";
import type { Request } from "express";
import { actorOf } from "../actor.ts";
import { tiktokRedirectUri } from "../config.ts";
import type { ApiDeps } from "../deps.ts";
import { principalId, principalOrNull } from "../middleware/authenticate.ts";
import { readBrowser } from "./browser-cookie.ts";
import { newConnectionSecrets, stateOf } from "./connection-secrets.ts";
import {
  createFinishConnection,
  type CallbackQuery,
  type Connected,
  type ConnectionCaller,
} from "./finish-connection.ts";
import { returnAddress } from "./return-address.ts";

export interface Connecting {
  /** Opens an attempt for `principal`, for 10 minutes. Throws `return_to_not_allowed`. */
  begin(
    platform: "tiktok",
    principal: Principal,
    wish: { externalId?: string | undefined; returnTo?: string | undefined },
  ): Promise<OauthStart>;
  /** Binds the browser to the attempt of `connectToken` and says where it goes on. Throws `oauth_state_invalid`. */
  bind(platform: "tiktok", connectToken: string, browser: string): Promise<{ authorizeUrl: string }>;
  /** Throws `oauth_state_invalid`, `oauth_denied` and what the platform says. */
  finish(platform: "tiktok", query: CallbackQuery, caller: ConnectionCaller): Promise<Connected>;
}

const stateLifeMs = 10 * 60_000;

export function createConnecting(deps: ApiDeps): Connecting {
  const { config, database } = deps;
  const states = createOauthStates(deps);
  return {
    async begin(platform, principal, wish) {
      const origins = wish.returnTo === undefined ? [] : await allowedReturnOrigins(database, principal.workspaceId);
      const returnTo = wish.returnTo === undefined ? null : returnAddress(wish.returnTo, config.PUBLIC_URL, origins);
      const { connectToken, state, codeVerifier } = newConnectionSecrets();
      const redirectUri = tiktokRedirectUri(config);
      const expiresAt = await states.open({
        workspaceId: principal.workspaceId,
        platform,
        principal: { kind: principal.kind, id: principalId(principal) },
        state,
        connectToken,
        codeVerifier,
        redirectUri,
        ownerExternalId: wish.externalId ?? null,
        returnTo,
        expiresInMs: stateLifeMs,
      });
      const authorizeUrl = deps.platforms.for(platform).authorizeUrl({ state, redirectUri, codeVerifier });
      return {
        authorizeUrl,
        connectUrl: `${config.PUBLIC_URL}/connect/${connectToken}`,
        state,
        expiresAt: expiresAt.toISOString(),
      };
    },
    async bind(platform, connectToken, browser) {
      const bound = await states.bindBrowser(platform, connectToken, browser);
      if (!bound) throw new Failure("oauth_state_invalid");
      const { codeVerifier, redirectUri } = bound;
      return {
        authorizeUrl: deps.platforms
          .for(platform)
          .authorizeUrl({ state: stateOf(connectToken), redirectUri, codeVerifier }),
      };
    },
    finish: createFinishConnection(deps, states),
  };
}

/** By what the asker may be recognised as the one who began a connection. */
export function callerOf(req: Request, publicUrl: string): ConnectionCaller {
  const principal = principalOrNull(req);
  return {
    principal: principal && { kind: principal.kind, id: principalId(principal) },
    actor: principal && actorOf(principal),
    browser: readBrowser(req, publicUrl),
  };
}
