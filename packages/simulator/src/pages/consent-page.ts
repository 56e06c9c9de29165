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

interface ConsentRequest {
  readonly appName: string;
  readonly query: Readonly<Record<string, string>>;
  readonly accounts: readonly SimAccount[];
  readonly scopes: readonly string[];
}

/** The page on which a person chooses an account and what the app may do. */
export function consentPage({ appName, query, accounts, scopes }: ConsentRequest): string {
  const hidden = Object.entries(query).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  );
  const choices = accounts.map(
    (account) => html`<option value="${account.openId}">@${account.username} (${account.displayName})</option>`,
  );
  return page(
    "Authorize",
    html`<form class="card" method="post" action="/v2/auth/authorize/">
      ${hidden}
      <h1>Allow ${appName} to use your account?</h1>
      <label class="field"
        ><span class="soft">Account</span>
        <select name="account">
          ${choices}
        </select></label
      >
      <fieldset>
        <legend class="soft">${appName} would like to</legend>
        ${scopes.map(scopeBox)}
      </fieldset>
      <p class="soft">You can take this back at any time.</p>
      <div class="buttons">
        <button name="answer" value="deny">Cancel</button>
        <button class="primary" name="answer" value="allow">Continue</button>
      </div>
    </form>`,
  );
}

/** The basic scope comes with every login and cannot be taken away. */
function scopeBox(scope: string) {
  const words = scopeWords[scope] ?? scope;
  if (scope === "user.info.basic") {
    return html`<label
      ><input type="checkbox" checked disabled /><input type="hidden" name="granted" value="${scope}" />${words}</label
    >`;
  }
  return html`<label><input type="checkbox" name="granted" value="${scope}" checked />${words}</label>`;
}

/** TikTok shows a wrong request on a page of its own: no callback happens. */
export function wrongRequestPage(parameter: string): string {
  return page(
    "Something went wrong",
    html`<div class="card">
      <h1>Something went wrong</h1>
      <p>We couldn't log in with TikTok. This may be due to specific app settings.</p>
      <p>If you're a developer, correct the following and try again:</p>
      <p><code>${parameter}</code></p>
    </div>`,
  );
}
