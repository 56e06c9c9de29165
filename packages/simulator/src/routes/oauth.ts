import { createHash } from "node:crypto";
import express, { type Request, type Router } from "express";
import { oauthError, oauthOk, type Answer } from "../answer.ts";
import { serve } from "../serve.ts";
import type { World } from "../world.ts";
import type { Grant } from "../world-types.ts";

type Form = Readonly<Record<string, string | undefined>>;

/** `/v2/oauth/token/` and `/v2/oauth/revoke/`: form only, credentials in the body, flat answers. */
export function oauthRoutes(world: World): Router {
  const router = express.Router({ strict: true, caseSensitive: true });
  const form = express.urlencoded({ extended: false, limit: "64kb" });
  router.post("/v2/oauth/token/", form, async (request, response) => {
    const fields = formOf(request);
    const run = () => token(world, request, fields);
    const presented = fields["refresh_token"] ?? fields["code"] ?? "";
    const openId = ownerOf(world, fields);
    await serve(world, request, response, { occasion: { endpoint: "token", openId, chunk: null }, run, presented });
  });
  router.post("/v2/oauth/revoke/", form, async (request, response) => {
    const fields = formOf(request);
    const run = () => revoke(world, request, fields);
    const grant = world.grants.find((other) => other.accessToken === fields["token"]);
    const occasion = { endpoint: "revoke" as const, openId: grant?.openId ?? null, chunk: null };
    await serve(world, request, response, { occasion, run, presented: fields["token"] ?? "" });
  });
  return router;
}

function formOf(request: Request): Form {
  return (request.body ?? {}) as Form;
}

function ownerOf(world: World, fields: Form): string | null {
  const code = world.codes.get(fields["code"] ?? "");
  const grant = world.grants.find((other) => other.refreshToken === fields["refresh_token"]);
  return code?.openId ?? grant?.openId ?? null;
}

function clientProblem(world: World, request: Request, fields: Form): Answer | null {
  if (!request.is("application/x-www-form-urlencoded"))
    return oauthError(world, "invalid_request", "Only application/x-www-form-urlencoded is supported.");
  const { clientKey, clientSecret } = world.app;
  const known = fields["client_key"] === clientKey && fields["client_secret"] === clientSecret;
  return known ? null : oauthError(world, "invalid_client", "Client key or secret is incorrect.");
}

function token(world: World, request: Request, fields: Form): Answer {
  const problem = clientProblem(world, request, fields);
  if (problem) return problem;
  switch (fields["grant_type"]) {
    case "authorization_code":
      return exchange(world, fields);
    case "refresh_token":
      return rotate(world, fields["refresh_token"] ?? "");
    case undefined:
      return oauthError(world, "invalid_request", "The grant type is missing.");
    default:
      return oauthError(world, "unsupported_grant_type", "The grant type is not supported.");
  }
}

function exchange(world: World, fields: Form): Answer {
  const code = world.codes.get(fields["code"] ?? "");
  if (!code || code.used || code.expiresAt <= world.now())
    return oauthError(world, "invalid_grant", "Authorization code is expired.");
  if (fields["redirect_uri"] !== code.redirectUri)
    return oauthError(world, "invalid_request", "Redirect_uri is not matched with the uri when requesting code.");
  if (code.codeChallenge !== null) {
    const hex = createHash("sha256")
      .update(fields["code_verifier"] ?? "")
      .digest("hex");
    if (hex !== code.codeChallenge)
      return oauthError(world, "invalid_grant", "Code verifier or code challenge is invalid.");
  }
  code.used = true;
  const granted = world.grant(code.openId, code.scopes);
  return oauthOk(world, {
    open_id: granted.openId,
    scope: granted.scope,
    access_token: granted.accessToken,
    expires_in: granted.expiresIn,
    refresh_token: granted.refreshToken,
    refresh_expires_in: granted.refreshExpiresIn,
    token_type: "Bearer",
  });
}

/** Profile nov2026: always rotated, the old one is dead at once. Legacy: the refresh token stays. */
function rotate(world: World, presented: string): Answer {
  const grant = world.grants.find((other) => other.refreshToken === presented);
  if (!grant || grant.revoked || grant.refreshExpiresAt <= world.now()) {
    if (!grant && presented.startsWith("rft.")) world.tokens.oldTokenUses += 1;
    return oauthError(world, "invalid_grant", "Refresh token is invalid or expired.");
  }
  const life = world.lifetimes();
  grant.accessToken = world.newToken("act");
  grant.accessExpiresAt = world.now() + life.accessSec * 1000;
  if (world.profile === "nov2026") {
    grant.refreshToken = world.newToken("rft");
    grant.refreshExpiresAt = world.now() + life.refreshSec * 1000;
  }
  world.tokens.rotations += 1;
  world.changed();
  return oauthOk(world, answerOf(world, grant));
}

function answerOf(world: World, grant: Grant): Record<string, unknown> {
  return {
    open_id: grant.openId,
    scope: grant.scopes.join(","),
    access_token: grant.accessToken,
    expires_in: world.lifetimes().accessSec,
    refresh_token: grant.refreshToken,
    refresh_expires_in: Math.floor((grant.refreshExpiresAt - world.now()) / 1000),
    token_type: "Bearer",
  };
}

function revoke(world: World, request: Request, fields: Form): Answer {
  const problem = clientProblem(world, request, fields);
  if (problem) return problem;
  const grant = world.grants.find((other) => other.accessToken === fields["token"] && !other.revoked);
  if (!grant || grant.accessExpiresAt <= world.now())
    return oauthError(world, "invalid_request", "The token is invalid or expired.");
  world.revoke(grant.openId);
  return oauthOk(world, {});
}
