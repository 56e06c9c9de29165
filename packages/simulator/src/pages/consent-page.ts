import { html } from "../escape-html.ts";
import type { SimAccount } from "../world-types.ts";
import { page } from "./layout.ts";

const scopeWords: Readonly<Record<string, string>> = {
  "user.info.basic": "Read your profile info (avatar, display name)",
  "user.info.profile": "Read access to your profile information",
  "user.info.stats": "Read access to your profile engagement statistics",
  "video.list": "Read your public videos on TikTok",
  "video.publish": "Post content to TikTok",
  "video.upload": "Upload draft content to TikTok",
};

/** The page on which a person chooses an account and what the app may do. */
export function consentPage(
  query: Readonly<Record<string, string>>,
  accounts: readonly SimAccount[],
  scopes: readonly string[],
): string {
  const hidden = Object.entries(query).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  );
  const choices = accounts.map(
    (account) => html`<option value="${account.openId}">@${account.username} (${account.displayName})</option>`,
  );
  const boxes = scopes.map(
    (scope) =>
      html`<label
        ><input
          type="checkbox"
          name="granted"
          value="${scope}"
          checked${scope === "user.info.basic" ? html` onclick="return false"` : ""}
        />
        ${scopeWords[scope] ?? scope}</label
      >`,
  );
  return page(
    "Authorize",
    html`<form class="card" method="post" action="/v2/auth/authorize/">
      ${hidden}
      <h1>Reelay would like to</h1>
      ${boxes}
      <p>
        <label
          >Account
          <select name="account">
            ${choices}
          </select></label
        >
      </p>
      <div class="buttons">
        <button name="answer" value="deny">Cancel</button
        ><button class="primary" name="answer" value="allow">Continue</button>
      </div>
    </form>`,
  );
}

/** TikTok shows a wrong request on a page of its own: no callback happens. */
export function wrongRequestPage(parameter: string): string {
  return page(
    "Something went wrong",
    html`<div class="card">
      <h1>Something went wrong</h1>
      <p>We couldn't log in with TikTok. This may be due to specific app settings.</p>
      <p><code>${parameter}</code></p>
    </div>`,
  );
}
