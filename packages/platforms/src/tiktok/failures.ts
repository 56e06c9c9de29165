import { Failure, type FailureCode, type FailureDetails } from "@reelay/domain";
import { redact } from "@reelay/runtime";

export interface Disposition {
  readonly code: FailureCode;
  readonly holdFor?: NonNullable<FailureDetails["holdFor"]>;
  readonly retryAfterMs?: number;
  /** Of a fail_reason: nothing is visible and a new upload may succeed. */
  readonly mayRestart?: boolean;
}

const dayMs = 24 * 60 * 60_000;
const rateWindowMs = 60_000;
const creatorCap = { code: "creator_cap_reached", holdFor: { scope: "account", forMs: dayMs } } as const;

/** `error` of the token and revoke endpoints. https://developers.tiktok.com/doc/oauth-error-handling, read 2026-11-22. */
export const oauthErrors = {
  access_denied: { code: "oauth_denied" },
  invalid_client: { code: "oauth_client_refused", holdFor: { scope: "app", forMs: dayMs } },
  invalid_grant: { code: "token_revoked" },
  invalid_request: { code: "platform_refused_request" },
  invalid_scope: { code: "oauth_scope_refused", holdFor: { scope: "app", forMs: dayMs } },
  unauthorized_client: { code: "oauth_client_refused", holdFor: { scope: "app", forMs: dayMs } },
  unsupported_grant_type: { code: "platform_refused_request" },
  unsupported_response_type: { code: "platform_refused_request" },
  server_error: { code: "platform_error" },
  temporarily_unavailable: { code: "platform_error" },
} as const satisfies Record<string, Disposition>;

/**
 * `error.code` of the API. The endpoint pages of https://developers.tiktok.com/doc/content-posting-api-get-started and
 * https://developers.tiktok.com/doc/tiktok-api-v2-error-handling, read 2026-11-22; `invalid_params` is the one seen live.
 */
export const apiErrors = {
  invalid_param: { code: "platform_refused_request" },
  invalid_params: { code: "platform_refused_request" },
  invalid_file_upload: { code: "media_refused_by_platform" },
  app_version_check_failed: { code: "platform_app_outdated" },
  invalid_publish_id: { code: "platform_refused_request" },
  token_not_authorized_for_specified_publish_id: { code: "platform_refused_request" },
  publish_not_cancellable: { code: "already_being_published" },
  scope_permission_missed: { code: "scope_missing" },
  access_token_invalid: { code: "token_refused" },
  scope_not_authorized: { code: "scope_missing" },
  spam_risk_too_many_posts: creatorCap,
  spam_risk_user_banned_from_posting: { code: "creator_banned" },
  reached_active_user_cap: { code: "app_user_cap_reached", holdFor: { scope: "app", forMs: dayMs } },
  spam_risk_too_many_pending_share: creatorCap,
  // It is about the account being public, which its creator may change at any time: not about the app's other accounts.
  unaudited_client_can_only_post_to_private_accounts: {
    code: "app_unaudited",
    holdFor: { scope: "account", forMs: dayMs },
  },
  url_ownership_unverified: { code: "media_host_unverified", holdFor: { scope: "feature", forMs: dayMs } },
  privacy_level_option_mismatch: { code: "privacy_level_not_offered" },
  rate_limit_exceeded: { code: "platform_rate_limited", retryAfterMs: rateWindowMs },
  internal_error: { code: "platform_error" },
} as const satisfies Record<string, Disposition>;

/** `fail_reason` of a FAILED publish. https://developers.tiktok.com/doc/content-posting-api-reference-get-video-status, read 2026-11-22. */
export const failReasons = {
  file_format_check_failed: { code: "media_refused_by_platform" },
  duration_check_failed: { code: "media_refused_by_platform" },
  frame_rate_check_failed: { code: "media_refused_by_platform" },
  picture_size_check_failed: { code: "media_refused_by_platform" },
  internal: { code: "platform_error", mayRestart: true },
  video_pull_failed: { code: "platform_error", mayRestart: true },
  photo_pull_failed: { code: "platform_error", mayRestart: true },
  publish_cancelled: { code: "platform_refused_request" },
  auth_removed: { code: "token_revoked" },
  spam_risk_too_many_posts: { ...creatorCap, mayRestart: true },
  spam_risk_user_banned_from_posting: { code: "creator_banned" },
  spam_risk_text: { code: "content_refused" },
  spam_risk: { code: "content_refused" },
} as const satisfies Record<string, Disposition>;

const unknownCode: Disposition = { code: "platform_contract_broken" };

/** What to make of a code of one of the tables; a code that is in none is `platform_contract_broken`. */
export function dispositionOf(table: Readonly<Record<string, Disposition>>, code: string): Disposition {
  return (Object.hasOwn(table, code) ? table[code] : undefined) ?? unknownCode;
}

export function failureFrom(
  disposition: Disposition,
  answer: { code: string; message?: string | undefined; logId?: string | undefined; httpStatus?: number | undefined },
): Failure {
  const { code, holdFor, retryAfterMs } = disposition;
  return new Failure(code, {
    platformCode: answer.code.slice(0, 100),
    internal: `TikTok answered ${harmless(`${answer.code} ${answer.message ?? ""}`)}`,
    ...(answer.logId !== undefined && { platformLogId: answer.logId.slice(0, 100) }),
    ...(answer.httpStatus !== undefined && { httpStatus: answer.httpStatus }),
    ...(holdFor && { holdFor }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

// An error text may echo what we sent. TikTok's codes have longer words than 24 letters, but always with underscores.
function harmless(text: string): string {
  const words = text.slice(0, 300).split(/\s+/);
  const kept = words.map((word) => (word.length > 24 && !/^[a-z_]+$/.test(word) ? "[long]" : word));
  return String(redact(kept.join(" "))).trim();
}
