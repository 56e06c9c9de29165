import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { newId } from "@reelay/database";
import { startTestApi, type TestApi } from "../testing/start-test-api.ts";

let api: TestApi;
beforeAll(async () => void (api = await startTestApi()), 60_000);
afterAll(() => api.close(), 30_000);

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(api.url + path, { redirect: "manual", headers: { accept: "text/html", ...headers } });

async function addPublication(
  accountId: string,
  row: { status: string; caption: string; permalink?: string },
): Promise<void> {
  const [postId, id] = [newId(), newId()];
  await api.db.sql(
    "insert into posts (id, workspace_id, created_by_kind, created_by_id) values ($1, $2, 'user', 'test')",
    [postId, api.workspaceId],
  );
  await api.db.sql(
    `insert into publications (id, workspace_id, post_id, account_id, platform, type, options, status, caption, permalink, due_at, next_at)
     values ($1, $2, $3, $4, 'tiktok', 'tiktok_video', '{}', $5, $6, $7, now(), case when $5 = 'waiting' then now() end)`,
    [id, api.workspaceId, postId, accountId, row.status, row.caption, row.permalink ?? null],
  );
}

test("whoever is not signed in is sent to sign in, and back to our own pages only", async () => {
  const home = await get("/");
  expect(home.status).toBe(302);
  expect(home.headers.get("location")).toBe("/sign-in?lang=en");
  expect((await get("/latest-publications")).status).toBe(401);
  const page = await (await get("/sign-in?next=//evil.example/&lang=fr")).text();
  expect(page).toContain('data-next="/?lang=fr"');
});

test("the front page shows accounts, the latest publications with what moves, and links that lead to the web alone", async () => {
  const cookie = await api.signIn();
  const account = api.simulator.world.addAccount({ username: "front.page" });
  const accountId = await api.connectAccount({ account });
  await addPublication(accountId, { status: "waiting", caption: `<img src=x onerror=alert(1)> "quoted"` });
  await addPublication(accountId, {
    status: "published",
    caption: "done",
    permalink: "https://www.tiktok.test/@front.page/video/1",
  });
  await addPublication(accountId, { status: "published", caption: "odd", permalink: "javascript:alert(1)" });
  const response = await get("/", { cookie, "accept-language": "fr" });
  const page = await response.text();
  expect(page).toContain('<html lang="fr">');
  expect(page).toContain("@front.page");
  expect(page).toContain("en attente");
  expect(page).toContain('data-open="true"');
  expect(page).toContain('href="https://www.tiktok.test/@front.page/video/1"');
  expect(page).not.toContain("<img");
  expect(page).not.toContain("javascript:");
  const nonce = /'nonce-([^']+)'/.exec(response.headers.get("content-security-policy") ?? "")?.[1];
  expect([...page.matchAll(/<(?:script|style)([^>]*)>/g)].map(([, attributes]) => attributes)).toEqual(
    Array(3).fill(` nonce="${nonce}"`),
  );
  expect(page).not.toMatch(/<[^>]*\son[a-z]+\s*=/i);
  const fragment = await (await get("/latest-publications?lang=en", { cookie })).text();
  expect(fragment).toContain("published");
  expect(fragment).not.toContain("<html");
});

test("at most twenty publications are shown, the newest", async () => {
  const cookie = await api.signIn();
  const accountId = await api.connectAccount();
  for (let at = 0; at < 22; at += 1) await addPublication(accountId, { status: "failed", caption: `number ${at}.` });
  const page = await (await get("/", { cookie })).text();
  expect(page.match(/<tr>\s*<td/g)).toHaveLength(20);
  expect(page).toContain("number 21.");
  expect(page).not.toContain("number 1.");
});

test("signing out ends the session", async () => {
  const cookie = await api.signIn();
  expect((await get("/", { cookie })).status).toBe(200);
  const out = await fetch(`${api.url}/api/identity/sign-out`, {
    method: "POST",
    headers: { cookie, origin: api.url, "content-type": "application/json" },
    body: "{}",
  });
  expect(out.status).toBe(200);
  expect((await get("/", { cookie })).status).toBe(302);
});

test("a person who is denied, or comes with a used state, reads why in their language, with the status of the problem", async () => {
  const denied = await get("/tiktok-callback?error=access_denied&lang=fr");
  expect(denied.status).toBe(400);
  expect(denied.headers.get("content-type")).toMatch(/^text\/html/);
  expect(await denied.text()).toContain("La connexion a été refusée sur la plateforme");
  const used = await get("/connect/nothing", { "accept-language": "en" });
  expect(used.status).toBe(400);
  expect(await used.text()).toContain("unknown, used or too old");
});

test("a machine that asks for a page's failure gets problem details", async () => {
  const response = await fetch(`${api.url}/connect/nothing`);
  expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
});
