import express, { type Request, type Response, type Router } from "express";
import { htmlPage, type Answer } from "../answer.ts";
import { consentPage, wrongRequestPage } from "../pages/consent-page.ts";
import { serve } from "../serve.ts";
import type { World } from "../world.ts";

type Query = Readonly<Record<string, string>>;

/** `/v2/auth/authorize/`: what is wrong before a redirect can be trusted is shown here; the rest goes back to the app. */
export function authorizeRoutes(world: World, autoConsent: boolean): Router {
  const router = express.Router({ strict: true, caseSensitive: true });
  const answer = (request: Request, response: Response, run: () => Answer) =>
    serve(world, request, response, {
      occasion: { endpoint: "authorize", openId: null, chunk: null },
      presented: "",
      run,
    });
  router.get("/v2/auth/authorize/", async (request, response) => {
    const query = textsOf(request.query as Record<string, unknown>);
    await answer(request, response, () => ask(world, query, autoConsent));
  });
  router.post("/v2/auth/authorize/", express.urlencoded({ extended: false }), async (request, response) => {
    const form = request.body as Record<string, unknown>;
    const granted = [form["granted"] ?? []].flat().map(String);
    await answer(request, response, () => decide(world, textsOf(form), granted));
  });
  return router;
}

function textsOf(values: Record<string, unknown>): Query {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function ask(world: World, query: Query, autoConsent: boolean): Answer {
  const wrong = wrongParameter(world, query);
  if (wrong !== null) return htmlPage(400, wrongRequestPage(wrong));
  const scopes = scopesOf(query);
  const accounts = [...world.accounts.values()];
  const first = accounts[0];
  if (autoConsent && first) return consent(world, query, first.openId, scopes);
  return htmlPage(200, consentPage({ appName: world.app.name, query, accounts, scopes }));
}

function decide(world: World, form: Query, granted: readonly string[]): Answer {
  const wrong = wrongParameter(world, form);
  if (wrong !== null) return htmlPage(400, wrongRequestPage(wrong));
  if (form["answer"] !== "allow")
    return back(form, { error: "access_denied", error_description: "User cancelled the authorization." });
  const scopes = scopesOf(form).filter((scope) => granted.includes(scope));
  return consent(world, form, form["account"] ?? "", scopes);
}

function consent(world: World, query: Query, openId: string, scopes: readonly string[]): Answer {
  const account = world.accounts.get(openId);
  const targets = world.app.sandboxTargets;
  if (!account || (targets && !targets.includes(openId) && !targets.includes(account.username))) {
    return back(query, {
      error: "access_denied",
      error_type: "non_sandbox_target",
      error_description: "Not a target user.",
    });
  }
  const code = world.authorizeCode(openId, {
    redirectUri: query["redirect_uri"] ?? "",
    scopes,
    codeChallenge: query["code_challenge"] ?? null,
  });
  return back(query, { code, scopes: scopes.join(",") });
}

function back(query: Query, result: Readonly<Record<string, string>>): Answer {
  const url = new URL(query["redirect_uri"] ?? "");
  for (const [name, value] of Object.entries({ ...result, state: query["state"] ?? "" }))
    url.searchParams.set(name, value);
  // URLSearchParams leaves * as it is; the platform encodes both * and !.
  const location = url.toString().replaceAll("*", "%2A").replaceAll("!", "%21");
  return htmlPage(302, "", { location });
}

function wrongParameter(world: World, query: Query): string | null {
  const { app } = world;
  if (query["client_key"] !== app.clientKey) return "client_key";
  if (query["response_type"] !== "code") return "response_type";
  if (!app.redirectUris.some((registered) => redirectFits(registered, query["redirect_uri"] ?? "", app.platform)))
    return "redirect_uri";
  const scopes = scopesOf(query);
  if (scopes.length === 0 || scopes.some((scope) => !app.scopes.includes(scope))) return "scope";
  const challenge = query["code_challenge"];
  if (app.platform === "desktop" && challenge === undefined) return "code_challenge";
  // Lower-case hexadecimal, unlike RFC 7636. https://developers.tiktok.com/doc/login-kit-desktop, read 2026-11-22.
  if (challenge !== undefined && !/^[0-9a-f]{64}$/.test(challenge)) return "code_challenge";
  if (challenge !== undefined && query["code_challenge_method"] !== "S256") return "code_challenge_method";
  return null;
}

function scopesOf(query: Query): string[] {
  return (query["scope"] ?? "").split(",").filter((scope) => scope !== "");
}

function redirectFits(registered: string, given: string, platform: "web" | "desktop"): boolean {
  if (platform === "web") return registered === given && given.startsWith("https://");
  const pattern = registered.split(":*/").map(escapePattern).join(":\\d{1,5}/");
  return /^https?:\/\/(localhost|127\.0\.0\.1):\d/.test(given) && new RegExp(`^${pattern}$`).test(given);
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
