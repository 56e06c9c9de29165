import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { consentAs, startTestApi, type TestApi } from "../testing/start-test-api.ts";
import type { TestCaller } from "../testing/test-caller.ts";

let api: TestApi;
beforeAll(async () => void (api = await startTestApi()), 60_000);
afterAll(() => api.close(), 30_000);

const newMaker = () =>
  api.simulator.world.addAccount({ username: `maker.${api.simulator.world.accounts.size}`, displayName: "Maker" });

async function begin(caller: TestCaller = api.caller, query = "") {
  const response = await caller.fetch(`/api/auth/tiktok-oauth${query}`, { headers: { accept: "application/json" } });
  expect(response.status).toBe(200);
  return (await response.json()) as { authorizeUrl: string; connectUrl: string; state: string; expiresAt: string };
}

/** As the creator allows it: what TikTok sends back. */
async function beginAndConsent(caller: TestCaller = api.caller, query = "") {
  const started = await begin(caller, query);
  const maker = newMaker();
  const code = consentAs(api.simulator, maker, started.authorizeUrl);
  return {
    ...started,
    maker,
    code,
    callback: `/api/auth/tiktok-callback?${new URLSearchParams({ state: started.state, code })}`,
  };
}

const accountCount = async () => (await api.db.sql("select 1 from social_accounts")).length;
const grantCount = async () => (await api.db.sql("select 1 from grants")).length;

describe("connecting with an API key", () => {
  test("the account is stored with its tokens sealed, its name and the caller's own user", async () => {
    const { callback, maker } = await beginAndConsent(api.caller, "?externalId=user-77");
    const answer = await api.caller.get(callback);
    expect(answer.status).toBe(200);
    expect(answer.body.account).toMatchObject({
      platform: "tiktok",
      externalId: "user-77",
      platformAccountId: maker.openId,
      handle: maker.username,
      displayName: "Maker",
      state: "connected",
      scopes: ["user.info.basic", "user.info.profile", "user.info.stats", "video.list", "video.publish"],
    });
    const grant = api.simulator.world.grants.find(({ openId }) => openId === maker.openId);
    const stored = JSON.stringify(await api.db.sql("select * from grants"));
    expect(stored).not.toContain(grant?.accessToken);
    expect(stored).not.toContain(grant?.refreshToken);
    expect((await api.caller.get("/api/accounts?externalId=user-77")).body.items).toHaveLength(1);
  });

  test("a name that cannot be learnt does not spoil the connection", async () => {
    const { callback, maker } = await beginAndConsent();
    api.simulator.world.addFault({
      endpoint: "creator_info",
      mode: { name: "errorBeforeEffect" },
      openId: maker.openId,
    });
    const answer = await api.caller.get(callback);
    expect(answer.body.account).toMatchObject({ state: "connected", handle: null, platformAccountId: maker.openId });
  });

  test("the same creator connected again keeps the account's id", async () => {
    const first = await beginAndConsent();
    const { body } = await api.caller.get(first.callback);
    await api.db.sql("update social_accounts set state = 'needs_reconnect' where id = $1", [body.account.id]);
    const again = await begin();
    const code = consentAs(api.simulator, first.maker, again.authorizeUrl);
    const answer = await api.caller.get(
      `/api/auth/tiktok-callback?${new URLSearchParams({ state: again.state, code })}`,
    );
    expect(answer.body.account).toMatchObject({ id: body.account.id, state: "connected" });
  });
});

describe("a state", () => {
  test("hit again while its code is still being exchanged waits for that answer", async () => {
    const { callback } = await beginAndConsent();
    api.simulator.world.addFault({ endpoint: "token", mode: "hold" });
    const first = api.caller.get(callback);
    await api.simulator.world.waitFor(({ heldAnswers }) => heldAnswers === 1, 10_000);
    const second = api.caller.get(callback);
    for (let at = 0; at < 5; at += 1) await api.caller.get("/api/accounts");
    api.simulator.world.release();
    expect((await first).status).toBe(200);
    expect((await second).body).toEqual((await first).body);
  });

  test("with the same code by the same key within a minute replays the answer, and nothing is exchanged twice", async () => {
    const { callback } = await beginAndConsent();
    const tokenCalls = () => api.simulator.world.calls.filter(({ endpoint }) => endpoint === "token").length;
    const before = tokenCalls();
    const [one, two] = await Promise.all([api.caller.get(callback), api.caller.get(callback)]);
    const later = await api.caller.get(callback);
    expect(one.status).toBe(200);
    expect(two.body).toEqual(one.body);
    expect(later.body).toEqual(one.body);
    expect(tokenCalls() - before).toBe(1);
  });

  test.each([
    ["foreign", async () => ({ ...(await beginAndConsent()), caller: (await api.otherWorkspace()).caller })],
    [
      "used with another code",
      async () => {
        const begun = await beginAndConsent();
        await api.caller.get(begun.callback);
        const code = consentAs(api.simulator, newMaker(), begun.authorizeUrl);
        return {
          callback: `/api/auth/tiktok-callback?${new URLSearchParams({ state: begun.state, code })}`,
          caller: api.caller,
        };
      },
    ],
    [
      "used more than a minute ago",
      async () => {
        const begun = await beginAndConsent();
        await api.caller.get(begun.callback);
        await api.db.sql("update oauth_states set used_at = now() - interval '61 seconds'");
        return { ...begun, caller: api.caller };
      },
    ],
    [
      "older than 10 minutes",
      async () => {
        const begun = await beginAndConsent();
        await api.db.sql("update oauth_states set expires_at = expires_at - interval '600.1 seconds'");
        return { ...begun, caller: api.caller };
      },
    ],
    ["unknown", async () => ({ callback: "/api/auth/tiktok-callback?state=unknown&code=x", caller: api.caller })],
    ["missing", async () => ({ callback: "/api/auth/tiktok-callback?code=x", caller: api.caller })],
    [
      "without a code",
      async () => ({ callback: `/api/auth/tiktok-callback?state=${(await begin()).state}`, caller: api.caller }),
    ],
  ])("that is %s is 400 oauth_state_invalid and connects nothing", async (_what, arrange) => {
    const { callback, caller } = await arrange();
    const before = [await accountCount(), await grantCount()];
    const answer = await caller.get(callback);
    expect(answer).toMatchObject({ status: 400, body: { code: "oauth_state_invalid", who: "caller" } });
    expect([await accountCount(), await grantCount()]).toEqual(before);
  });

  test("of nobody is worth nothing to somebody without key, session or bound browser", async () => {
    const { callback } = await beginAndConsent();
    const response = await fetch(api.url + callback);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "oauth_state_invalid" });
    expect((await api.caller.get(callback)).status).toBe(200);
  });

  test("lasts ten minutes", async () => {
    const { expiresAt } = await begin();
    const leftMs = new Date(expiresAt).getTime() - Date.now();
    expect(leftMs).toBeGreaterThan(595_000);
    expect(leftMs).toBeLessThanOrEqual(605_000);
  });
});

describe("the platform says no", () => {
  test("a denial is 400 oauth_denied, uses the state up, and is told again to a second hit", async () => {
    const { state } = await begin();
    const denied = `/api/auth/tiktok-callback?${new URLSearchParams({ state, error: "access_denied", error_description: "User cancelled" })}`;
    expect(await api.caller.get(denied)).toMatchObject({ status: 400, body: { code: "oauth_denied", who: "creator" } });
    expect(await api.caller.get(denied)).toMatchObject({ status: 400, body: { code: "oauth_denied" } });
    expect(
      await api.caller.get(`/api/auth/tiktok-callback?${new URLSearchParams({ state, code: "x" })}`),
    ).toMatchObject({ status: 400, body: { code: "oauth_state_invalid" } });
  });

  test("a denial with a foreign state tells nothing", async () => {
    const { state } = await begin();
    const { caller } = await api.otherWorkspace();
    expect(await caller.get(`/api/auth/tiktok-callback?state=${state}&error=access_denied`)).toMatchObject({
      body: { code: "oauth_state_invalid" },
    });
  });

  test("a refused code and an exchange without an answer store nothing; the state is gone and one begins again", async () => {
    const refused = await begin();
    const before = [await accountCount(), await grantCount()];
    const answer = await api.caller.get(
      `/api/auth/tiktok-callback?${new URLSearchParams({ state: refused.state, code: "never-given" })}`,
    );
    expect(answer).toMatchObject({ status: 400, body: { code: "oauth_code_refused" } });

    const unanswered = await beginAndConsent();
    api.simulator.world.addFault({ endpoint: "token", mode: "dropAfterEffect" });
    expect(await api.caller.get(unanswered.callback)).toMatchObject({
      status: 503,
      body: { code: "platform_unreachable" },
    });
    expect(await api.caller.get(unanswered.callback)).toMatchObject({
      status: 400,
      body: { code: "oauth_state_invalid" },
    });
    expect([await accountCount(), await grantCount()]).toEqual(before);

    expect((await api.caller.get((await beginAndConsent()).callback)).status).toBe(200);
  });
});

describe("returning", () => {
  test("only our own origin and the workspace's allowed ones are returned to, and nothing is stored for others", async () => {
    await api.db.sql("update workspaces set allowed_return_origins = '{https://app.example}' where id = $1", [
      api.workspaceId,
    ]);
    const states = async () => (await api.db.sql("select 1 from oauth_states")).length;
    const before = await states();
    const refused = await api.caller.get(
      `/api/auth/tiktok-oauth?${new URLSearchParams({ returnTo: "https://evil.example/" })}`,
    );
    expect(refused).toMatchObject({ status: 400, body: { code: "return_to_not_allowed" } });
    expect(await states()).toBe(before);
    const { callback } = await beginAndConsent(
      api.caller,
      `?${new URLSearchParams({ returnTo: "https://app.example/done?x=1" })}`,
    );
    expect((await api.caller.get(callback)).body.returnTo).toBe("https://app.example/done?x=1");
    const { caller } = await api.otherWorkspace();
    expect((await caller.get("/api/auth/tiktok-oauth?returnTo=https://app.example/")).status).toBe(400);
  });
});

describe("in a browser", () => {
  const cookieOf = (response: Response) =>
    response.headers.getSetCookie().find((line) => line.startsWith("reelay_connect="));

  test("a session goes to TikTok and back, and another session cannot finish it", async () => {
    const [cookie, stranger] = [await api.signIn(), await api.signIn()];
    const gone = await fetch(`${api.url}/api/auth/tiktok-oauth`, {
      headers: { cookie, accept: "text/html" },
      redirect: "manual",
    });
    expect(gone.status).toBe(302);
    const allowed = await fetch(gone.headers.get("location") ?? "", { redirect: "manual" });
    const callback = new URL(allowed.headers.get("location") ?? "");
    expect(callback.origin + callback.pathname).toBe(`${api.url}/tiktok-callback`);
    expect(
      (await fetch(`${api.url}/api/auth/tiktok-callback${callback.search}`, { headers: { cookie: stranger } })).status,
    ).toBe(400);
    expect((await fetch(`${api.url}/api/auth/tiktok-callback${callback.search}`, { headers: { cookie } })).status).toBe(
      200,
    );
  });

  test("the connect page binds the first browser that opens it, sends it on, and lets it alone finish", async () => {
    const { connectUrl } = await begin();
    const opened = await fetch(connectUrl, { redirect: "manual" });
    expect(opened.status).toBe(302);
    const bound = cookieOf(opened);
    expect(bound).toMatch(/HttpOnly/);
    expect(bound).toMatch(/SameSite=Lax/);
    const cookie = bound?.split(";")[0] ?? "";
    expect((await fetch(connectUrl, { redirect: "manual" })).status).toBe(400);
    expect((await fetch(connectUrl, { redirect: "manual", headers: { cookie } })).status).toBe(302);

    const allowed = await fetch(opened.headers.get("location") ?? "", { redirect: "manual" });
    const { search } = new URL(allowed.headers.get("location") ?? "");
    expect((await fetch(`${api.url}/tiktok-callback${search}`)).status).toBe(400);
    const page = await fetch(`${api.url}/tiktok-callback${search}`, {
      headers: { cookie, accept: "text/html", "accept-language": "fr" },
    });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("Compte connecté");
    expect((await fetch(connectUrl, { redirect: "manual", headers: { cookie } })).status).toBe(400);
  });

  test("a prefetch, a preview and HEAD do not use the connect page up", async () => {
    const { connectUrl } = await begin();
    expect((await fetch(connectUrl, { headers: { "sec-purpose": "prefetch;prerender" } })).status).toBe(204);
    expect((await fetch(connectUrl, { method: "HEAD" })).status).toBe(204);
    expect((await fetch(connectUrl, { redirect: "manual" })).status).toBe(302);
  });
});

test("neither states nor codes nor connect tokens reach the log", async () => {
  const lines: string[] = [];
  const write = (event: string, fields?: unknown) => void lines.push(JSON.stringify([event, fields]));
  const logger = { debug: write, info: write, warn: write, error: write, with: () => logger };
  const logged = await startTestApi({ logger });
  const started = (await (
    await logged.caller.fetch("/api/auth/tiktok-oauth", { headers: { accept: "application/json" } })
  ).json()) as { authorizeUrl: string; connectUrl: string; state: string };
  const maker = logged.simulator.world.addAccount({ username: "logged" });
  const code = consentAs(logged.simulator, maker, started.authorizeUrl);
  const callback = `/api/auth/tiktok-callback?${new URLSearchParams({ state: started.state, code })}`;
  await fetch(started.connectUrl, { redirect: "manual" });
  await fetch(logged.url + callback);
  expect((await logged.caller.get(callback)).status).toBe(200);
  await logged.close();
  const all = lines.join("\n");
  expect(lines.length).toBeGreaterThanOrEqual(4);
  for (const secret of [
    started.state,
    code,
    encodeURIComponent(code),
    started.connectUrl.split("/").at(-1) ?? "",
    logged.apiKey,
  ])
    expect(all).not.toContain(secret);
}, 120_000);
