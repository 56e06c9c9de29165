import type { ApiCaller } from "./api-caller.ts";

/** Connects the platform's account `openId`, which consents to everything; returns our account's id. */
export async function connectTiktok(api: ApiCaller, openId: string): Promise<string> {
  const { authorizeUrl } = await api.get("/api/auth/tiktok-oauth");
  const asked = new URL(authorizeUrl);
  const form = new URLSearchParams(asked.searchParams);
  for (const scope of (form.get("scope") ?? "").split(",")) form.append("granted", scope);
  form.set("account", openId);
  form.set("answer", "allow");
  const answer = await fetch(new URL(asked.pathname, asked), { method: "POST", body: form, redirect: "manual" });
  const back = answer.headers.get("location");
  if (back === null) throw new Error(`the consent page answered ${answer.status} ${await answer.text()}`);
  const { account } = await api.get(`/api/auth/tiktok-callback${new URL(back).search}`);
  return account.id;
}
