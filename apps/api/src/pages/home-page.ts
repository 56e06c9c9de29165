import type { AccountView, PublicationOfPost } from "@reelay/contract";
import { isFinal } from "@reelay/domain";
import type { Language } from "../middleware/language.ts";
import { markup, type Html } from "./markup.ts";
import { textsOf, type Texts } from "./texts.ts";

export function homePage(view: { accounts: readonly AccountView[]; publications: Html; language: Language }): Html {
  const texts = textsOf(view.language);
  return markup` <h1>${texts.overview}</h1>
    <section aria-labelledby="accounts">
      <div class="head">
        <h2 id="accounts">${texts.accounts}</h2>
        <a class="button" href="${connectHref(view.language)}">${texts.connect}</a>
      </div>
      ${
        view.accounts.length === 0
          ? markup`<div class="list"><p class="empty">${texts.noAccounts}</p></div>`
          : markup`<ul class="list">
              ${view.accounts.map((account) => accountItem(account, view.language, texts))}
            </ul>`
      }
    </section>
    <section aria-labelledby="publications">
      <div class="head"><h2 id="publications">${texts.publications}</h2></div>
      <div id="latest">${view.publications}</div>
    </section>`;
}

/** The part of the page that renews itself; `data-open` says whether something still moves. */
export function latestPublications(view: {
  publications: readonly PublicationOfPost[];
  accounts: ReadonlyMap<string, AccountView>;
  language: Language;
}): Html {
  const texts = textsOf(view.language);
  if (view.publications.length === 0)
    return markup`<div class="list" data-open="false"><p class="empty">${texts.noPublications}</p></div>`;
  const open = view.publications.some(({ status }) => !isFinal(status));
  return markup`<div class="scroll" data-open="${String(open)}">
    <table>
      <thead>
        <tr>
          ${[texts.account, texts.caption, texts.status, texts.due, texts.link].map((name) => markup`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${view.publications.map((publication) => publicationRow(publication, view.accounts.get(publication.accountId), view.language, texts))}
      </tbody>
    </table>
  </div>`;
}

function accountItem(account: AccountView, language: Language, texts: Texts): Html {
  const tone = account.state === "connected" ? "good" : "warn";
  return markup`<li>
    <span class="who"
      ><strong>${nameOf(account)}</strong>
      <span class="soft small">TikTok${account.displayName && markup` · ${account.displayName}`}</span></span
    >
    ${account.paused && markup`<span class="badge plain">${texts.paused}</span>`}
    <span class="badge ${tone}">${texts.accountStates[account.state]}</span>
    ${account.state !== "connected" && markup`<a href="${connectHref(language)}">${texts.reconnect}</a>`}
  </li>`;
}

function publicationRow(
  publication: PublicationOfPost,
  account: AccountView | undefined,
  language: Language,
  texts: Texts,
): Html {
  const { status, progress, waitReason, waitUntil, failure } = publication;
  const moving = status === "preparing" || status === "uploading";
  return markup`<tr>
    <td data-name="${texts.account}">${account ? nameOf(account) : publication.accountId}</td>
    <td data-name="${texts.caption}">
      ${publication.caption === "" ? markup`<span class="soft">${texts.noCaption}</span>` : shorten(publication.caption)}
    </td>
    <td data-name="${texts.status}">
      <div>
        <span class="badge ${toneOf(publication)}">${texts.statuses[status]}</span>
        ${waitReason && markup`<div class="small soft">${texts.waits[waitReason]}${waitUntil && markup`, ${waitReason === "account_needs_reconnect" ? texts.by : texts.until} ${timeOf(waitUntil, language)}`}</div>`}
        ${moving && progress.percent !== null && markup`<progress max="100" value="${progress.percent}" aria-label="${texts.statuses[status]}"></progress>`}
        ${failure && markup`<div class="small">${failure.message}</div>`}
      </div>
    </td>
    <td data-name="${texts.due}">${timeOf(publication.dueAt, language)}</td>
    ${linkCell(publication.permalink, texts)}
  </tr>`;
}

// Empty when there is no link: narrow screens leave the row out.
function linkCell(permalink: string | null, texts: Texts): Html {
  if (!isWebAddress(permalink)) return markup`<td data-name="${texts.link}"></td>`;
  return markup`<td data-name="${texts.link}"><a href="${permalink}" rel="noopener noreferrer" target="_blank">${texts.open}</a></td>`;
}

function connectHref(language: Language): string {
  return `/api/auth/tiktok-oauth?returnTo=${encodeURIComponent(`/?lang=${language}`)}`;
}

export function nameOf(account: AccountView): string {
  return account.handle === null ? account.platformAccountId : `@${account.handle}`;
}

function toneOf({ status }: PublicationOfPost): string {
  if (status === "published" || status === "delivered") return "good";
  if (status === "failed") return "bad";
  return status === "needs_review" || status === "waiting" ? "warn" : "plain";
}

function isWebAddress(address: string | null): address is string {
  return address !== null && /^https?:\/\//i.test(address);
}

function shorten(caption: string): string {
  const characters = [...caption];
  return characters.length > 120 ? `${characters.slice(0, 119).join("")}…` : caption;
}

function timeOf(at: string, language: Language): Html {
  const text = new Intl.DateTimeFormat(language === "fr" ? "fr-FR" : "en-GB", {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: "UTC",
  }).format(new Date(at));
  return markup`<time datetime="${at}">${text} UTC</time>`;
}

/** Renews the list while somebody looks: often while something moves, else seldom. */
export const homeScript = `
const latest = document.getElementById("latest");
let shown = "";
const renew = async () => {
  if (document.visibilityState === "visible") {
    const answer = await fetch("/latest-publications?lang=" + document.documentElement.lang, { signal: AbortSignal.timeout(10000) }).catch(() => null);
    if (answer && answer.status === 401) return location.reload();
    if (answer && answer.ok) {
      const markup = await answer.text();
      if (markup !== shown) latest.innerHTML = markup;
      shown = markup;
    }
  }
  again();
};
const again = () => setTimeout(renew, latest.firstElementChild && latest.firstElementChild.dataset.open === "true" ? 1500 : 15000);
again();
`;
