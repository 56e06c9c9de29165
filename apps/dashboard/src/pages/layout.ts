import type { Language } from "./language.ts";
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
  /** Who is signed in; null: nobody. */
  readonly email: string | null;
  /** A script of ours, run after the page is there. */
  readonly script?: string;
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
        <meta name="robots" content="noindex" />
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
            ${page.email !== null && markup`<form method="post" action="/sign-out?lang=${page.language}"><button class="quiet" title="${page.email}">${texts.signOut}</button></form>`}
          </div>
        </header>
        <main id="content">${page.body}</main>
        ${
          page.script !== undefined &&
          markup`<script nonce="${page.nonce}">
            ${trusted(page.script)};
          </script>`
        }
      </body>
    </html>`.text;
}
