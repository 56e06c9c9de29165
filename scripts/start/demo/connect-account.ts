import { z } from "zod";
import type { ApiClient } from "../../api/api-client.ts";

const accountShape = z.object({
  id: z.string(),
  platform: z.string(),
  state: z.string(),
  handle: z.string().nullish(),
});
const accountsShape = z.object({ items: z.array(accountShape) });
const startShape = z.object({ authorizeUrl: z.url() });
const callbackShape = z.object({ account: accountShape });
const maxRedirects = 6;

/** The connected TikTok account of this workspace; if there is none, connects one as a person would, by the OAuth pages. */
export async function connectAccount(api: ApiClient, signal: AbortSignal): Promise<z.infer<typeof accountShape>> {
  const { items } = await api.call("/api/accounts", accountsShape);
  const connected = items.find((account) => account.platform === "tiktok" && account.state === "connected");
  if (connected) return connected;
  const { authorizeUrl } = await api.call("/api/auth/tiktok-oauth", startShape);
  const back = await allow(authorizeUrl, signal);
  return (await api.call(`/api/auth/tiktok-callback${back.search}`, callbackShape)).account;
}

/** Opens the platform's consent page, says yes, and returns the address that it sends the browser back to. */
async function allow(authorizeUrl: string, signal: AbortSignal): Promise<URL> {
  let url = new URL(authorizeUrl);
  let form: URLSearchParams | undefined;
  for (let redirects = 0; redirects < maxRedirects; redirects += 1) {
    const response = await fetch(url, { signal, redirect: "manual", ...(form ? { method: "POST", body: form } : {}) });
    const location = response.headers.get("location");
    if (location !== null) {
      url = new URL(location, url);
      form = undefined;
      if (url.pathname === "/tiktok-callback") return url;
      continue;
    }
    const page = await response.text();
    if (!response.ok || !page.includes("<form")) throw new Error(`the consent page answered ${response.status}`);
    ({ url, form } = consentForm(page, url));
  }
  throw new Error("the consent page led nowhere");
}

// What a person would send who changes nothing on the page and presses the button that allows.
function consentForm(page: string, at: URL): { url: URL; form: URLSearchParams } {
  const attribute = (tag: string, name: string) => decoded(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? "");
  const formTag = /<form[^>]*>/.exec(page)?.[0] ?? "";
  const inside = page.slice(page.indexOf(formTag) + formTag.length, page.indexOf("</form>"));
  const form = new URLSearchParams();
  for (const [tag] of inside.matchAll(/<input[^>]*>|<button[^>]*\bvalue="allow"[^>]*>/g)) {
    const isSent = !/type="(checkbox|radio)"/.test(tag) || /\bchecked\b/.test(tag);
    if (isSent && attribute(tag, "name") !== "") form.append(attribute(tag, "name"), attribute(tag, "value"));
  }
  for (const [, select = "", firstOption = ""] of inside.matchAll(/(<select[^>]*>)\s*(<option[^>]*>)/g)) {
    form.append(attribute(select, "name"), attribute(firstOption, "value"));
  }
  return { url: new URL(attribute(formTag, "action") || at.href, at), form };
}

function decoded(text: string): string {
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
