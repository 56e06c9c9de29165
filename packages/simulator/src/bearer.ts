import type { Request } from "express";
import { apiError, type Answer } from "./answer.ts";
import type { World } from "./world.ts";
import type { Grant } from "./world-types.ts";

export function presentedToken(request: Request): string {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
}

/** Route → bearer → scope → rate limit, in this order; the grant when all is well, else the refusal. */
export function admit(
  world: World,
  token: string,
  gate: { endpoint: string; scopes: readonly string[]; perMinute: number; window?: "app" | "creator" },
): Grant | Answer {
  const grant = world.tokens.open(token);
  if (!grant) {
    return apiError(world, 401, "access_token_invalid", "The access token is invalid or not found in the request.");
  }
  if (!gate.scopes.some((scope) => grant.scopes.includes(scope))) return scopeNotAuthorized(world);
  const window = gate.window === "app" ? gate.endpoint : `${gate.endpoint} ${grant.openId}`;
  const within = world.app.liftLimits || world.limits.allow(window, gate.perMinute, world.now());
  if (within) return grant;
  world.violate();
  return apiError(world, 429, "rate_limit_exceeded", "The API rate limit was exceeded. Please try again later.");
}

export function scopeNotAuthorized(world: World): Answer {
  const message = "The user did not authorize the scope required for completing this request.";
  return apiError(world, 401, "scope_not_authorized", message);
}

export function isAnswer(value: Grant | Answer): value is Answer {
  return "status" in value;
}
