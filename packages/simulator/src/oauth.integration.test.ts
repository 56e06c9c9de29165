import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { SimulatorOptions } from "./create-simulator.ts";
import { startBench, type Bench } from "./testing/start-bench.ts";

const redirectUri = "http://localhost:3002/tiktok-callback";
const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
// The reference's test vector: hexadecimal, and what RFC 7636 would say.
const challenge = "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3";
const rfcChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const asked = {
  client_key: "sim-client-key",
  response_type: "code",
  scope: "user.info.basic,video.publish",
  redirect_uri: redirectUri,
  state: "a state & more",
  code_challenge: challenge,
  code_challenge_method: "S256",
};

let bench: Bench;
const restart = async (options: Partial<SimulatorOptions>) => {
  await bench.close();
  bench = await startBench(options);
};
beforeEach(async () => {
  bench = await startBench();
});
afterEach(async () => await bench.close());

const address = (change: Record<string, string | undefined> = {}) => {
  const wanted = Object.entries({ ...asked, ...change }).filter((entry): entry is [string, string] => !!entry[1]);
  return `${bench.simulator.wwwUrl}/v2/auth/authorize/?${new URLSearchParams(wanted)}`;
};
const click = async (change: Record<string, string>) => {
  const body = new URLSearchParams({ ...asked, account: bench.creator.openId, answer: "allow", ...change });
  const response = await fetch(`${bench.simulator.wwwUrl}/v2/auth/authorize/`, {
    method: "POST",
    redirect: "manual",
    body,
  });
  return response.headers.get("location") ?? "";
};
const codeFor = (codeChallenge: string | null = challenge) =>
  bench.world.authorizeCode(bench.creator.openId, { redirectUri, codeChallenge });
const exchange = (change: Record<string, string> = {}) =>
  bench.token({ grant_type: "authorization_code", redirect_uri: redirectUri, code_verifier: verifier, ...change });

describe("the authorize page", () => {
  test.each<[string, Record<string, string | undefined>]>([
    ["client_key", { client_key: "sb-other" }],
    ["redirect_uri", { redirect_uri: "http://localhost:3002/other" }],
    ["redirect_uri", { redirect_uri: "http://localhost:3002/tiktok-callback/" }],
    ["redirect_uri", { redirect_uri: "http://localhost:3002/tiktok-callback?next=1" }],
    ["redirect_uri", { redirect_uri: "http://localhost/tiktok-callback" }],
    ["redirect_uri", { redirect_uri: "http://localhost:1@evil.test/tiktok-callback" }],
    ["redirect_uri", { redirect_uri: "https://evil.test/tiktok-callback" }],
    ["scope", { scope: "research.data.basic" }],
    ["scope", { scope: "user.info.basic video.publish" }],
    ["code_challenge", { code_challenge: undefined }],
    ["code_challenge", { code_challenge: rfcChallenge }],
    ["code_challenge", { code_challenge: challenge.toUpperCase() }],
    ["code_challenge_method", { code_challenge_method: "plain" }],
    ["response_type", { response_type: "token" }],
  ])("shows a wrong %s (%j) itself and never redirects", async (parameter, change) => {
    const response = await fetch(address(change), { redirect: "manual" });
    expect([response.status, (await response.text()).includes(`<code>${parameter}</code>`)]).toEqual([400, true]);
  });

  test("says that it is a simulator, and loads nothing from elsewhere", async () => {
    const page = await (await fetch(address())).text();
    expect(page).toContain("Simulator");
    expect(page).toContain("@demo.creator");
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  test("consent leads back with a percent-encoded code, the scopes that were left ticked, and the state", async () => {
    const location = await click({ granted: "video.publish" });
    expect(location).toMatch(/^http:\/\/localhost:3002\/tiktok-callback\?code=[^&]*%2A[^&]*%21/);
    expect(location).not.toMatch(/[*!]/);
    const back = new URL(location).searchParams;
    expect([back.get("scopes"), back.get("state")]).toEqual(["video.publish", asked.state]);
    const granted = await exchange({ code: back.get("code") ?? "" });
    expect(granted.body).toMatchObject({
      open_id: bench.creator.openId,
      scope: "video.publish",
      expires_in: 7_200,
      refresh_expires_in: 15_552_000,
      token_type: "Bearer",
    });
    expect(granted.body).not.toHaveProperty("data");
  });

  test("refusing leads back with access_denied and the state, without a code", async () => {
    const back = new URL(await click({ answer: "deny" })).searchParams;
    expect([back.get("error"), back.get("state"), back.get("code")]).toEqual(["access_denied", asked.state, null]);
  });

  test("a form that was tampered with is judged again", async () => {
    expect(await click({ redirect_uri: "https://evil.test/" })).toBe("");
  });

  test("who is no target of the sandbox is sent back", async () => {
    bench.world.app = { ...bench.world.app, sandboxTargets: ["somebody.else"] };
    const back = new URL(await click({ granted: "video.publish" })).searchParams;
    expect([back.get("error"), back.get("error_type")]).toEqual(["access_denied", "non_sandbox_target"]);
    bench.world.app = { ...bench.world.app, sandboxTargets: ["demo.creator"] };
    expect(await click({ granted: "video.publish" })).toContain("code=");
  });

  test("consents by itself when told so", async () => {
    await restart({ autoConsent: true });
    const response = await fetch(address(), { redirect: "manual" });
    expect(new URL(response.headers.get("location") ?? "").searchParams.get("scopes")).toBe(asked.scope);
  });

  test("a web app: https alone, exact, and without a challenge", async () => {
    const https = "https://app.test/tiktok-callback";
    await restart({ app: { platform: "web", redirectUris: [https, redirectUri] } });
    const noChallenge = { code_challenge: undefined, code_challenge_method: undefined };
    expect((await fetch(address({ ...noChallenge, redirect_uri: https }))).status).toBe(200);
    expect((await fetch(address({ ...noChallenge, redirect_uri: redirectUri }))).status).toBe(400);
    expect((await fetch(address({ redirect_uri: https, code_challenge: rfcChallenge }))).status).toBe(400);
  });
});

describe("the token endpoint", () => {
  test("a code works once, and a wrong verifier or redirect does not open it", async () => {
    const code = codeFor();
    expect((await exchange({ code, code_verifier: `${verifier}x` })).body).toMatchObject({ error: "invalid_grant" });
    expect((await exchange({ code, code_verifier: "" })).body).toMatchObject({ error: "invalid_grant" });
    expect((await exchange({ code, redirect_uri: "http://localhost:1/tiktok-callback" })).body).toMatchObject({
      error: "invalid_request",
    });
    expect((await exchange({ code })).body).toHaveProperty("access_token");
    expect((await exchange({ code })).body).toMatchObject({ error: "invalid_grant" });
  });

  test("a code that was never decoded is unknown", async () => {
    const code = codeFor().replaceAll("*", "%2A").replaceAll("!", "%21");
    expect((await exchange({ code })).body).toMatchObject({ error: "invalid_grant" });
  });

  test("a code of six minutes ago is dead", async () => {
    const code = codeFor();
    bench.time.now += 6 * 60_000;
    expect((await exchange({ code })).body).toMatchObject({ error: "invalid_grant" });
  });

  test("without a bound challenge a stray verifier does no harm", async () => {
    expect((await exchange({ code: codeFor(null) })).body).toHaveProperty("access_token");
  });

  test.each<[string, Record<string, string>, string]>([
    ["wrong secret", { client_secret: "x", grant_type: "refresh_token" }, "invalid_client"],
    ["wrong key", { client_key: "x", grant_type: "refresh_token" }, "invalid_client"],
    ["no grant type", {}, "invalid_request"],
    ["unknown grant type", { grant_type: "password" }, "unsupported_grant_type"],
    ["no refresh token", { grant_type: "refresh_token" }, "invalid_request"],
    ["no code", { grant_type: "authorization_code", redirect_uri: redirectUri }, "invalid_request"],
  ])("%s is told flat, with HTTP 200", async (_what, fields, error) => {
    const { status, body } = await bench.token(fields);
    expect([status, body["error"], typeof body["error_description"], typeof body["log_id"]]).toEqual([
      200,
      error,
      "string",
      "string",
    ]);
  });

  test("errors come with the status that was chosen", async () => {
    bench.world.app = { ...bench.world.app, oauthErrorStatus: 401 };
    expect((await bench.token({ grant_type: "password" })).status).toBe(401);
  });

  test("JSON is refused", async () => {
    const response = await fetch(`${bench.simulator.apiUrl}/v2/oauth/token/`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ client_key: "sim-client-key", client_secret: "sim-client-secret" }),
    });
    expect(await response.json()).toMatchObject({ error: "invalid_request" });
  });

  test("the previous secret is good while there is one", async () => {
    const refresh = (refreshToken: string) =>
      bench.token({ grant_type: "refresh_token", refresh_token: refreshToken, client_secret: "old" });
    const { refreshToken } = bench.world.grant(bench.creator.openId);
    expect((await refresh(refreshToken)).body).toMatchObject({ error: "invalid_client" });
    bench.world.app = { ...bench.world.app, previousSecret: "old" };
    expect((await refresh(refreshToken)).body).toHaveProperty("access_token");
  });

  test("a rotated refresh token is dead at once, also when the answer never came", async () => {
    const { refreshToken } = bench.world.grant(bench.creator.openId);
    const refresh = () => bench.token({ grant_type: "refresh_token", refresh_token: refreshToken });
    bench.world.addFault({ endpoint: "token", mode: "dropAfterEffect" });
    await expect(refresh()).rejects.toThrow();
    expect((await refresh()).body).toMatchObject({ error: "invalid_grant" });
    expect(bench.world.tokens.counts()).toMatchObject({
      rotations: 1,
      oldTokenUses: 1,
      oldTokenUsesAfterAnswer: 0,
      lostAnswers: 1,
    });
  });

  test("a revoked app is out", async () => {
    const { accessToken, refreshToken } = bench.world.grant(bench.creator.openId);
    expect((await bench.revoke({ token: accessToken })).body).toEqual({});
    expect((await bench.creatorInfo(accessToken)).code).toBe("access_token_invalid");
    expect((await bench.token({ grant_type: "refresh_token", refresh_token: refreshToken })).body).toMatchObject({
      error: "invalid_grant",
    });
  });
});
