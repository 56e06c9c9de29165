import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createSimulator, type Simulator } from "./index.ts";

let directory: string;
let simulator: Simulator;
let now: number;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "reelay-sim-"));
  now = Date.parse("2026-11-25T10:00:00Z");
  simulator = await createSimulator({ directory, mediaCheck: false, seed: 1, clock: { now: () => now } });
});
afterEach(async () => {
  await simulator.close();
  await rm(directory, { recursive: true, force: true });
});

const account = () => [...simulator.world.accounts.values()][0]!;
async function api(path: string, token: string, body: object = {}) {
  const response = await fetch(`${simulator.apiUrl}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return {
    status: response.status,
    text,
    json: JSON.parse(text) as { data?: Record<string, unknown>; error: { code: string; message: string } },
  };
}
const post = (privacy = "SELF_ONLY") => ({ title: "hello", privacy_level: privacy, brand_content_toggle: false });
const source = (size: number, chunk = size, count = 1) => ({
  source: "FILE_UPLOAD",
  video_size: size,
  chunk_size: chunk,
  total_chunk_count: count,
});
const init = (token: string, size: number, chunk?: number, count?: number, privacy?: string) =>
  api("/v2/post/publish/video/init/", token, { post_info: post(privacy), source_info: source(size, chunk, count) });
const put = (url: string, bytes: Buffer, first: number, total: number) =>
  fetch(url, {
    method: "PUT",
    headers: { "content-type": "video/mp4", "content-range": `bytes ${first}-${first + bytes.length - 1}/${total}` },
    body: new Uint8Array(bytes),
  });
const form = (fields: Record<string, string>) =>
  fetch(`${simulator.apiUrl}/v2/oauth/token/`, {
    method: "POST",
    body: new URLSearchParams({ client_key: "sim-client-key", client_secret: "sim-client-secret", ...fields }),
  });

describe("authorize and token", () => {
  const redirectUri = "http://localhost:3002/tiktok-callback";
  const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  const challenge = "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3";
  const authorize = (change: Record<string, string> = {}) =>
    `${simulator.wwwUrl}/v2/auth/authorize/?${new URLSearchParams({
      client_key: "sim-client-key",
      response_type: "code",
      scope: "user.info.basic,video.publish",
      redirect_uri: redirectUri,
      state: "st",
      code_challenge: challenge,
      code_challenge_method: "S256",
      ...change,
    }).toString()}`;

  test.each([
    ["client_key", { client_key: "x" }],
    ["redirect_uri", { redirect_uri: "http://localhost:3002/other" }],
    ["redirect_uri", { redirect_uri: "https://evil.test/tiktok-callback" }],
    ["scope", { scope: "video.list" }],
    ["code_challenge", { code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" }],
    ["response_type", { response_type: "token" }],
  ])("a wrong %s is shown on a page and never redirected", async (parameter, change) => {
    const response = await fetch(authorize(change), { redirect: "manual" });
    expect([response.status, (await response.text()).includes(`<code>${parameter}</code>`)]).toEqual([400, true]);
  });

  test("a person's consent gives a code once, for the scopes granted, against the hexadecimal verifier", async () => {
    expect(await (await fetch(authorize())).text()).toContain("@demo.creator");
    const query = Object.fromEntries(new URL(authorize()).searchParams);
    const consent = await fetch(`${simulator.wwwUrl}/v2/auth/authorize/`, {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams({ ...query, account: account().openId, granted: "video.publish", answer: "allow" }),
    });
    const location = consent.headers.get("location") ?? "";
    expect(location).toMatch(/code=[^&]*%2A[^&]*%21/);
    const code = new URL(location).searchParams.get("code") ?? "";
    const fields = { grant_type: "authorization_code", code, redirect_uri: redirectUri };
    expect(await (await form({ ...fields, code_verifier: "wrong" })).json()).toMatchObject({ error: "invalid_grant" });
    const granted = (await (await form({ ...fields, code_verifier: verifier })).json()) as Record<string, unknown>;
    expect(granted).toMatchObject({
      open_id: account().openId,
      scope: "video.publish",
      expires_in: 7_200,
      refresh_expires_in: 15_552_000,
    });
    expect(await (await form({ ...fields, code_verifier: verifier })).json()).toMatchObject({ error: "invalid_grant" });
  });

  test("refusing goes back with access_denied", async () => {
    const query = Object.fromEntries(new URL(authorize()).searchParams);
    const body = new URLSearchParams({ ...query, answer: "deny" });
    const response = await fetch(`${simulator.wwwUrl}/v2/auth/authorize/`, {
      method: "POST",
      redirect: "manual",
      body,
    });
    expect(response.headers.get("location")).toContain("error=access_denied");
  });

  test("a used refresh token is dead at once", async () => {
    const granted = simulator.world.grant(account().openId);
    const refresh = (token: string) => form({ grant_type: "refresh_token", refresh_token: token });
    expect((await (await refresh(granted.refreshToken)).json()) as object).toHaveProperty("access_token");
    expect(await (await refresh(granted.refreshToken)).json()).toMatchObject({ error: "invalid_grant" });
    expect(simulator.world.tokens).toMatchObject({ rotations: 1, oldTokenUses: 1 });
    expect((await api("/v2/post/publish/creator_info/query/", granted.accessToken)).json.error.code).toBe(
      "access_token_invalid",
    );
  });
});

describe("posting", () => {
  test("bytes arrive in order and become one post with their digest; ids are bare 19-digit numbers", async () => {
    const { accessToken } = simulator.world.grant(account().openId);
    const bytes = randomBytes(12_000_000);
    const begun = await init(accessToken, bytes.length, 5_242_880, 2, "PUBLIC_TO_EVERYONE");
    const url = String(begun.json.data?.["upload_url"]);
    const first = bytes.subarray(0, 5_242_880);
    expect((await put(url, bytes.subarray(5_242_880), 5_242_880, bytes.length)).status).toBe(416);
    expect((await put(url, first, 0, bytes.length)).status).toBe(206);
    const again = await put(url, first, 0, bytes.length);
    expect([again.status, again.headers.get("content-range")]).toEqual([416, `bytes 0-5242880/${bytes.length}`]);
    expect((await put(url, bytes.subarray(5_242_880), 5_242_880, bytes.length)).status).toBe(201);
    await simulator.world.waitFor((world) => world.posts[0]?.status === "posted", 5_000);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    expect(simulator.world.posts.map((one) => one.sha256)).toEqual([sha256]);
    expect(bytes.equals(await readFile(simulator.world.posts[0]!.filePath))).toBe(true);
    const status = await api("/v2/post/publish/status/fetch/", accessToken, {
      publish_id: begun.json.data?.["publish_id"],
    });
    expect(status.text).toMatch(/"publicaly_available_post_id":\[\d{19}\]/);
    expect((await fetch(simulator.world.posts[0]!.permalink!)).status).toBe(200);
    const part = await fetch(`${simulator.wwwUrl}/media/${encodeURIComponent(simulator.world.posts[0]!.publishId)}`, {
      headers: { range: "bytes=1-4" },
    });
    expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([206, bytes.subarray(1, 5)]);
  });

  test("an upload address dies after an hour, and the upload is failed", async () => {
    const { accessToken } = simulator.world.grant(account().openId);
    const begun = await init(accessToken, 1_000);
    now += 60 * 60_000;
    expect((await put(String(begun.json.data?.["upload_url"]), randomBytes(1_000), 0, 1_000)).status).toBe(403);
    const status = await api("/v2/post/publish/status/fetch/", accessToken, {
      publish_id: begun.json.data?.["publish_id"],
    });
    expect(status.json.data).toMatchObject({ status: "FAILED", fail_reason: "internal" });
  });

  test("the seventh init of a minute is refused, and the window slides", async () => {
    const { accessToken } = simulator.world.grant(account().openId);
    for (let count = 0; count < 6; count += 1) expect((await init(accessToken, 1_000)).status).toBe(200);
    expect((await init(accessToken, 1_000)).json.error.code).toBe("rate_limit_exceeded");
    now += 60_001;
    expect((await init(accessToken, 1_000)).status).toBe(200);
  });

  test.each<[string, object, number, string]>([
    ["an unknown privacy level", { privacy_level: "PUBLIC" }, 400, "invalid_params"],
    ["a level that is not offered", { privacy_level: "FOLLOWER_OF_CREATOR" }, 403, "privacy_level_option_mismatch"],
    ["private branded content", { privacy_level: "SELF_ONLY", brand_content_toggle: true }, 400, "invalid_params"],
    ["a title of 2,201 units", { privacy_level: "SELF_ONLY", title: "x".repeat(2_201) }, 400, "invalid_params"],
    ["no privacy level", {}, 400, "invalid_params"],
  ])("%s is refused", async (_what, info, httpStatus, code) => {
    const { accessToken } = simulator.world.grant(account().openId);
    const answer = await api("/v2/post/publish/video/init/", accessToken, {
      post_info: info,
      source_info: source(1_000),
    });
    expect([answer.status, answer.json.error.code, answer.json.data]).toEqual([httpStatus, code, undefined]);
  });

  test("an unaudited app may post only-me to private accounts alone", async () => {
    simulator.world.app = { ...simulator.world.app, audited: false };
    const { accessToken } = simulator.world.grant(account().openId);
    expect((await init(accessToken, 1_000)).json.error.code).toBe("unaudited_client_can_only_post_to_private_accounts");
    account().isPrivate = true;
    expect((await init(accessToken, 1_000)).json.error.code).toBe("ok");
  });

  test("caps are told with HTTP 200 by creator_info", async () => {
    const { accessToken } = simulator.world.grant(account().openId);
    account().blockedBy = "spam_risk_too_many_posts";
    const answer = await api("/v2/post/publish/creator_info/query/", accessToken);
    expect([answer.status, answer.json.error.code]).toEqual([200, "spam_risk_too_many_posts"]);
  });

  test("a path without its slash, and another's publish id, are refused", async () => {
    const { accessToken } = simulator.world.grant(account().openId);
    const other = simulator.world.addAccount({ username: "other" });
    const begun = await init(simulator.world.grant(other.openId).accessToken, 1_000);
    expect((await fetch(`${simulator.apiUrl}/v2/oauth/token`, { method: "POST" })).status).toBe(404);
    const status = await api("/v2/post/publish/status/fetch/", accessToken, {
      publish_id: begun.json.data?.["publish_id"],
    });
    expect(status.json.error.code).toBe("token_not_authorized_for_specified_publish_id");
  });
});

describe("faults", () => {
  const uploadOf = async () => {
    const { accessToken } = simulator.world.grant(account().openId);
    return String((await init(accessToken, 1_000)).json.data?.["upload_url"]);
  };

  test("dropAfterEffect posts and loses the answer; dropBeforeEffect does nothing", async () => {
    const url = await uploadOf();
    simulator.world.addFault({ endpoint: "upload", mode: "dropBeforeEffect" });
    await expect(put(url, randomBytes(1_000), 0, 1_000)).rejects.toThrow();
    expect(simulator.world.posts).toHaveLength(0);
    simulator.world.addFault({ endpoint: "upload", mode: "dropAfterEffect", chunk: "last" });
    await expect(put(url, randomBytes(1_000), 0, 1_000)).rejects.toThrow();
    expect(simulator.world.posts).toHaveLength(1);
  });

  test("errorAfterEffect posts and says 502; truncate cuts the answer; hold waits for release", async () => {
    simulator.world.addFault({ endpoint: "upload", mode: { name: "errorAfterEffect" } });
    expect((await put(await uploadOf(), randomBytes(1_000), 0, 1_000)).status).toBe(502);
    expect(simulator.world.posts).toHaveLength(1);
    const { accessToken } = simulator.world.grant(account().openId);
    simulator.world.addFault({ endpoint: "creator_info", mode: "truncate" });
    await expect(api("/v2/post/publish/creator_info/query/", accessToken)).rejects.toThrow();
    simulator.world.addFault({ endpoint: "upload", mode: "hold" });
    const held = put(await uploadOf(), randomBytes(1_000), 0, 1_000);
    await simulator.world.waitFor((world) => world.heldAnswers === 1 && world.posts.length === 2, 5_000);
    simulator.world.release();
    expect((await held).status).toBe(201);
  });

  test("refuse answers as the platform would, echoing the token when asked to", async () => {
    const { accessToken } = simulator.world.grant(account().openId);
    simulator.world.addFault({
      endpoint: "creator_info",
      mode: { name: "refuse", code: "internal_error", httpStatus: 500, message: "bad {token}" },
    });
    const answer = await api("/v2/post/publish/creator_info/query/", accessToken);
    expect([answer.status, answer.json.error.message]).toEqual([500, `bad ${accessToken}`]);
  });
});

test("state outlives a restart when it is kept", async () => {
  const kept = join(directory, "kept");
  const first = await createSimulator({ directory: kept, keepState: true, seed: 2 });
  const [before] = [...first.world.accounts.values()];
  const granted = first.world.grant(before!.openId);
  await first.close();
  const second = await createSimulator({ directory: kept, keepState: true, seed: 3 });
  expect(second.world.grants.map((grant) => grant.accessToken)).toEqual([granted.accessToken]);
  await second.close();
});
