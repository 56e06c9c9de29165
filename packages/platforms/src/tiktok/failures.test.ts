import { describe, expect, test } from "@jest/globals";
import { failures } from "@reelay/domain";
import { apiErrors, dispositionOf, failReasons, failureFrom, oauthErrors, type Disposition } from "./failures.ts";

// The codes of TikTok's own tables (addresses beside the tables), and who has to act on each.
const documented = {
  oauthErrors: {
    access_denied: "creator",
    invalid_client: "operator",
    invalid_grant: "creator",
    invalid_request: "maintainer",
    invalid_scope: "operator",
    unauthorized_client: "operator",
    unsupported_grant_type: "maintainer",
    unsupported_response_type: "maintainer",
    server_error: "nobody",
    temporarily_unavailable: "nobody",
  },
  apiErrors: {
    invalid_param: "maintainer",
    invalid_params: "maintainer",
    invalid_file_upload: "creator",
    app_version_check_failed: "creator",
    invalid_publish_id: "maintainer",
    token_not_authorized_for_specified_publish_id: "maintainer",
    publish_not_cancellable: "caller",
    scope_permission_missed: "creator",
    access_token_invalid: "creator",
    scope_not_authorized: "creator",
    spam_risk_too_many_posts: "creator",
    spam_risk_user_banned_from_posting: "creator",
    reached_active_user_cap: "operator",
    spam_risk_too_many_pending_share: "creator",
    unaudited_client_can_only_post_to_private_accounts: "operator",
    url_ownership_unverified: "operator",
    privacy_level_option_mismatch: "creator",
    rate_limit_exceeded: "nobody",
    internal_error: "nobody",
  },
  failReasons: {
    file_format_check_failed: "creator",
    duration_check_failed: "creator",
    frame_rate_check_failed: "creator",
    picture_size_check_failed: "creator",
    internal: "nobody",
    video_pull_failed: "nobody",
    photo_pull_failed: "nobody",
    publish_cancelled: "maintainer",
    auth_removed: "creator",
    spam_risk_too_many_posts: "creator",
    spam_risk_user_banned_from_posting: "creator",
    spam_risk_text: "creator",
    spam_risk: "creator",
  },
} as const;

describe.each(Object.entries({ oauthErrors, apiErrors, failReasons }))(
  "%s",
  (name, table: Record<string, Disposition>) => {
    const expected: Record<string, string> = documented[name as keyof typeof documented];
    test("has every documented code and no other", () => {
      expect(Object.keys(table).sort()).toEqual(Object.keys(expected).sort());
    });
    test.each(Object.keys(expected))("%s says who must act", (code) => {
      expect(failures[dispositionOf(table, code).code].who).toBe(expected[code]);
    });
  },
);

test("a code that no table has is a broken contract, also one that every object has", () => {
  for (const code of ["never_seen", "constructor", "__proto__"]) {
    expect(dispositionOf(apiErrors, code).code).toBe("platform_contract_broken");
  }
});

test("caps hold what they are about: the creator's the account, the app's every account", () => {
  const hold = (code: keyof typeof apiErrors) => failureFrom(apiErrors[code], { code }).details.holdFor?.scope;
  expect(hold("spam_risk_too_many_posts")).toBe("account");
  expect(hold("reached_active_user_cap")).toBe("app");
  expect(hold("invalid_params")).toBeUndefined();
});

test("a message that echoes secrets reaches no failure, while its words do", () => {
  const token = "act.example12345Example12345Example";
  const encoded = Buffer.from(token).toString("base64");
  const message = `The token ${token} or ${encoded} or ${encodeURIComponent(token)} is wrong`;
  const failure = failureFrom(apiErrors.invalid_params, { code: "invalid_params", message });
  expect(failure.message).toContain("is wrong");
  for (const secret of [token, encoded, "xample12345"]) expect(failure.message).not.toContain(secret);
});
