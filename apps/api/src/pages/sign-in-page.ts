import type { Language } from "../middleware/language.ts";
import { markup, type Html } from "./markup.ts";
import { textsOf } from "./texts.ts";

export function signInPage(view: { language: Language; next: string }): Html {
  const texts = textsOf(view.language);
  return markup` <div class="card">
    <h1>${texts.signIn}</h1>
    <form
      id="sign-in"
      method="post"
      action="/sign-in"
      data-next="${view.next}"
      data-wrong="${texts.wrongLogin}"
      data-many="${texts.tooManyLogins}"
      data-failed="${texts.loginFailed}"
    >
      <noscript><p class="error">${texts.needsScript}</p></noscript>
      <p class="error" id="problem" role="alert"></p>
      <label>${texts.email}<input name="email" type="email" autocomplete="username" required autofocus /></label>
      <label>${texts.password}<input name="password" type="password" autocomplete="current-password" required /></label>
      <button type="submit">${texts.signIn}</button>
    </form>
  </div>`;
}

/** Asks identity itself, which limits the attempts and sets the session's cookie. */
export const signInScript = `
const form = document.getElementById("sign-in");
const problem = document.getElementById("problem");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  problem.textContent = "";
  const body = JSON.stringify({ email: form.elements.email.value, password: form.elements.password.value });
  const answer = await fetch("/api/identity/sign-in/email", { method: "POST", headers: { "Content-Type": "application/json" }, body }).catch(() => null);
  if (answer && answer.ok) return location.assign(form.dataset.next);
  button.disabled = false;
  const wrong = answer && (answer.status === 401 || answer.status === 400 || answer.status === 403);
  problem.textContent = wrong ? form.dataset.wrong : answer && answer.status === 429 ? form.dataset.many : form.dataset.failed;
  form.elements.password.select();
});
`;

/** A path of ours to go on to after signing in; anything else is the front page. */
export function safeNext(next: unknown, language: Language): string {
  const home = `/?lang=${language}`;
  if (typeof next !== "string" || !URL.canParse(next, "http://own.invalid")) return home;
  const url = new URL(next, "http://own.invalid");
  const isOwn = url.origin === "http://own.invalid" && next.startsWith("/") && !url.pathname.startsWith("//");
  return isOwn ? `${url.pathname}${url.search}` : home;
}
