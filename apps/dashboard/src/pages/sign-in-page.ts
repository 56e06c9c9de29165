import type { SignInAnswer } from "@reelay/identity";
import type { Language } from "./language.ts";
import { markup, type Html } from "./markup.ts";
import { textsOf } from "./texts.ts";

/** The form; it needs no script. `result` is what came of the try before. */
export function signInPage(view: {
  language: Language;
  next: string;
  email?: string;
  result?: Exclude<SignInAnswer["result"], "signed_in">;
}): Html {
  const texts = textsOf(view.language);
  return markup`<div class="card">
    <h1>${texts.signIn}</h1>
    <p class="soft">${texts.forOperators}</p>
    <form method="post" action="/sign-in?lang=${view.language}&amp;next=${encodeURIComponent(view.next)}">
      ${view.result !== undefined && markup`<p class="error" role="alert">${texts.results[view.result]}</p>`}
      <label>${texts.email}<input name="email" type="email" autocomplete="username" value="${view.email ?? ""}" required autofocus /></label>
      <label>${texts.password}<input name="password" type="password" autocomplete="current-password" required /></label>
      <button>${texts.signIn}</button>
    </form>
  </div>`;
}

/** A path of ours to go on to after signing in; anything else is the front page. */
export function safeNext(next: unknown, language: Language): string {
  const home = `/?lang=${language}`;
  if (typeof next !== "string" || !next.startsWith("/") || !URL.canParse(next, "http://own.invalid")) return home;
  const url = new URL(next, "http://own.invalid");
  // Dots that are resolved may leave two slashes in front, which name another host.
  return url.origin === "http://own.invalid" && !url.pathname.startsWith("//") ? `${url.pathname}${url.search}` : home;
}
