import { createHash } from "node:crypto";
import { Failure } from "@reelay/domain";
import { sendRequest } from "../http.ts";
import type { AuthorizeRequest, Grant } from "../platform.ts";
import { isSuccess, noAnswer, readJson } from "./call-api.ts";
import { callTimeoutsMs, defaultScopes, type TiktokConnection } from "./connection.ts";
import { dispositionOf, failureFrom, oauthErrors } from "./failures.ts";
import { oauthError, parseAnswer, tokenAnswer } from "./schemas.ts";

/** Where the creator's browser goes to allow the connection. */
export function authorizeUrl(connection: TiktokConnection, request: AuthorizeRequest): string {
  const query = new URLSearchParams({
    client_key: connection.clientKey,
    scope: (connection.scopes ?? defaultScopes).join(","),
    response_type: "code",
    redirect_uri: request.redirectUri,
    state: request.state,
    code_challenge: codeChallenge(request.codeVerifier),
    code_challenge_method: "S256",
  });
  return `${connection.wwwUrl}/v2/auth/authorize/?${query.toString()}`;
}

// Hex, not RFC 7636's base64url. https://developers.tiktok.com/doc/login-kit-desktop, read 2026-11-22.
export function codeChallenge(codeVerifier: string): string {
  return createHash("sha256").update(codeVerifier, "utf8").digest("hex");
}

/** Tokens for a code (decoded exactly once). Throws `oauth_code_refused`, `oauth_client_refused`, `oauth_scope_refused`, … */
export async function exchangeTikTokCode(
  connection: TiktokConnection,
  code: string,
  request: Pick<AuthorizeRequest, "redirectUri" | "codeVerifier">,
  signal: AbortSignal,
): Promise<Grant> {
  const form = {
    grant_type: "authorization_code",
    code,
    redirect_uri: request.redirectUri,
    code_verifier: request.codeVerifier,
  };
  try {
    return await askForTokens(connection, form, signal);
  } catch (error) {
    if (error instanceof Failure && error.code === "token_revoked") {
      throw new Failure("oauth_code_refused", { ...error.details, internal: error.message });
    }
    throw error;
  }
}

/**
 * New tokens for the most recent refresh token, which is dead from then on. Throws `token_revoked` (definitely refused),
 * `oauth_client_refused`; after any other failure the tokens may have been rotated or not.
 */
export async function refreshTikTokToken(
  connection: TiktokConnection,
  refreshToken: string,
  signal: AbortSignal,
): Promise<Grant> {
  return await askForTokens(connection, { grant_type: "refresh_token", refresh_token: refreshToken }, signal);
}

/** Removes the app from the creator's connected apps. */
export async function revokeTikTokToken(
  connection: TiktokConnection,
  accessToken: string,
  signal: AbortSignal,
): Promise<void> {
  await postForm(connection, "/v2/oauth/revoke/", { token: accessToken }, signal);
}

async function askForTokens(
  connection: TiktokConnection,
  form: Record<string, string>,
  signal: AbortSignal,
): Promise<Grant> {
  const answer = parseAnswer(tokenAnswer, await postForm(connection, "/v2/oauth/token/", form, signal), "token answer");
  return {
    externalId: answer.open_id,
    scopes: answer.scope,
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    accessExpiresInMs: answer.expires_in * 1000,
    refreshExpiresInMs: answer.refresh_expires_in * 1000,
  };
}

/** OAuth failures come with any status, 200 too: the top-level string `error` decides. */
async function postForm(
  connection: TiktokConnection,
  path: string,
  form: Record<string, string>,
  signal: AbortSignal,
): Promise<unknown> {
  const answer = await sendRequest({
    method: "POST",
    url: connection.apiUrl + path,
    headers: { "Content-Type": "application/x-www-form-urlencoded", "Cache-Control": "no-cache" },
    body: new URLSearchParams({
      client_key: connection.clientKey,
      client_secret: connection.clientSecret,
      ...form,
    }).toString(),
    timeoutMs: connection.times.callTimeout(callTimeoutsMs.oauth),
    signal,
  });
  const json = answer.text.trim() === "" ? {} : readJson(answer, path);
  const refused = oauthError.safeParse(json);
  if (refused.success) {
    const { error, error_description, log_id } = refused.data;
    const disposition = dispositionOf(oauthErrors, error);
    throw failureFrom(disposition, {
      code: error,
      message: error_description,
      logId: log_id,
      httpStatus: answer.status,
    });
  }
  if (!isSuccess(answer.status)) throw noAnswer(answer, path);
  return json;
}
