import { createHash } from "node:crypto";
import express, { type Request, type Router } from "express";
import { oauthError, oauthOk, type Answer } from "../answer.ts";
import { serve } from "../serve.ts";
import type { Minted } from "../tokens.ts";
import { revokedBy, type World } from "../world.ts";

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
    const openId = world.tokens.grantOf(fields["token"] ?? "")?.openId ?? null;
    const occasion = { endpoint: "revoke" as const, openId, chunk: null };
    await serve(world, request, response, { occasion, run, presented: fields["token"] ?? "" });
  });
  return router;
}

/** Repeated fields are no text, and so are as good as missing. */
function formOf(request: Request): Form {
  const fields = Object.entries((request.body ?? {}) as Record<string, unknown>);
  return Object.fromEntries(fields.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

function ownerOf(world: World, fields: Form): string | null {
  const code = world.tokens.codes.get(fields["code"] ?? "");
  return code?.openId ?? world.tokens.ownerOfRefreshToken(fields["refresh_token"] ?? "");
}

function clientProblem(world: World, request: Request, fields: Form): Answer | null {
  if (!request.is("application/x-www-form-urlencoded"))
    return oauthError(world, "invalid_request", "Only application/x-www-form-urlencoded is supported.");
  const { clientKey, clientSecret, previousSecret } = world.app;
  const secret = fields["client_secret"];
  const isKnown =
    fields["client_key"] === clientKey && secret !== undefined && [clientSecret, previousSecret].includes(secret);
  return isKnown ? null : oauthError(world, "invalid_client", "Client key or secret is incorrect.");
}

function token(world: World, request: Request, fields: Form): Answer {
  const problem = clientProblem(world, request, fields);
  if (problem) return problem;
  switch (fields["grant_type"]) {
    case "authorization_code":
      return exchange(world, fields);
    case "refresh_token":
      return refresh(world, fields["refresh_token"]);
    case undefined:
      return oauthError(world, "invalid_request", "The grant type is missing.");
    default:
      return oauthError(world, "unsupported_grant_type", "The grant type is not supported.");
  }
}

function exchange(world: World, fields: Form): Answer {
  if (fields["code"] === undefined || fields["redirect_uri"] === undefined)
    return oauthError(world, "invalid_request", "The code or the redirect_uri is missing.");
  const code = world.tokens.usableCode(fields["code"]);
  if (!code) return oauthError(world, "invalid_grant", "Authorization code is expired.");
  if (fields["redirect_uri"] !== code.redirectUri)
    return oauthError(world, "invalid_request", "Redirect_uri is not matched with the uri when requesting code.");
  // Without a challenge a stray verifier is ignored.
  if (code.codeChallenge !== null && challengeOf(fields["code_verifier"] ?? "") !== code.codeChallenge)
    return oauthError(world, "invalid_grant", "Code verifier or code challenge is invalid.");
  code.used = true;
  return oauthOk(world, fieldsOf(world.grant(code.openId, code.scopes)));
}

// TikTok: hexadecimal in lower case, unlike RFC 7636. https://developers.tiktok.com/doc/login-kit-desktop, read 2026-11-22.
function challengeOf(verifier: string): string | null {
  if (!/^[A-Za-z0-9\-._~]{43,128}$/.test(verifier)) return null;
  return createHash("sha256").update(verifier).digest("hex");
}

function refresh(world: World, refreshToken: string | undefined): Answer {
  if (refreshToken === undefined) return oauthError(world, "invalid_request", "The refresh token is missing.");
  const minted = world.tokens.rotate(refreshToken);
  if (!minted) return oauthError(world, "invalid_grant", "Refresh token is invalid or expired.");
  world.changed();
  return oauthOk(world, fieldsOf(minted));
}

function fieldsOf(minted: Minted): Record<string, unknown> {
  return {
    open_id: minted.openId,
    scope: minted.scope,
    access_token: minted.accessToken,
    expires_in: minted.expiresIn,
    refresh_token: minted.refreshToken,
    refresh_expires_in: minted.refreshExpiresIn,
    token_type: "Bearer",
  };
}

function revoke(world: World, request: Request, fields: Form): Answer {
  const problem = clientProblem(world, request, fields);
  if (problem) return problem;
  const grant = world.tokens.open(fields["token"] ?? "");
  if (!grant) return oauthError(world, "invalid_request", "The token is invalid or expired.");
  world.revoke(grant.openId, revokedBy.developer);
  return oauthOk(world, {});
}
