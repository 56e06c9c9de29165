import type { Language } from "../middleware/language.ts";
import { markup, trusted, type Html } from "./markup.ts";
import { style } from "./style.ts";
import { textsOf } from "./texts.ts";

export interface Page {
  readonly language: Language;
  readonly nonce: string;
  readonly title: string;
  readonly body: Html;
  /** Path and query of this page in the other language. */
  readonly otherLanguageHref: string;
  readonly signedIn: boolean;
  /** A script of ours, run after the page is there. */
  readonly script?: string;
  /** Where the browser goes by itself after a moment. */
  readonly goesOnTo?: string;
}

/** A whole document. */
export function layout(page: Page): string {
  const texts = textsOf(page.language);
  const other = page.language === "fr" ? "en" : "fr";
  return markup`<!doctype html>
    <html lang="${page.language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${page.goesOnTo !== undefined && markup`<meta http-equiv="refresh" content="2; url=${page.goesOnTo}" />`}
        <title>${page.title} · Reelay</title>
        <link rel="icon" href="data:," />
        <style nonce="${page.nonce}">
          ${trusted(style)}
        </style>
      </head>
      <body>
        <a class="skip" href="#content">${texts.skip}</a>
        <header>
          <div>
            <a class="name" href="/?lang=${page.language}">Reelay</a>
            <a href="${page.otherLanguageHref}" hreflang="${other}" lang="${other}">${texts.otherLanguage}</a>
            ${page.signedIn && markup`<button class="quiet" type="button" id="sign-out">${texts.signOut}</button>`}
          </div>
        </header>
        <main id="content">${page.body}</main>
        ${
          page.signedIn &&
          markup`<script nonce="${page.nonce}">
            ${trusted(signOut)};
          </script>`
        }
        ${
          page.script !== undefined &&
          markup`<script nonce="${page.nonce}">
            ${trusted(page.script)};
          </script>`
        }
      </body>
    </html>`.text;
}

const signOut = `
document.getElementById("sign-out").addEventListener("click", async (event) => {
  event.target.disabled = true;
  await fetch("/api/identity/sign-out", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" }).catch(() => undefined);
  location.assign("/sign-in?lang=" + document.documentElement.lang);
});
`;
