import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { planChunks } from "@reelay/domain";
import { createTimes } from "@reelay/runtime";
import type { CallStep, Platform } from "../platform.ts";
import { testFacts, testNow } from "../testing/facts.ts";
import { startScriptedServer } from "../testing/scripted-server.ts";
import { createTiktok } from "./create-tiktok.ts";

const token = "act.exampleToken12345";
const signal = new AbortController().signal;
let server: Awaited<ReturnType<typeof startScriptedServer>>;
let tiktok: Platform;

beforeEach(async () => {
  server = await startScriptedServer();
  tiktok = createTiktok({
    clientKey: "test-key",
    clientSecret: "test-secret",
    wwwUrl: "https://www.tiktok.com",
    apiUrl: server.url,
    uploadHosts: [server.host],
    times: createTimes(),
  });
});
afterEach(async () => await server.close());

const ok = (data: object) => ({ data, error: { code: "ok", message: "", log_id: "log-1" } });
const refused = (code: string) => ({ error: { code, message: `no ${token}`, log_id: "log-2" } });
const creatorData = {
  creator_avatar_url: "https://example.test/a.jpg",
  creator_username: "creator",
  creator_nickname: "Creator",
  privacy_level_options: ["SELF_ONLY"],
  comment_disabled: true,
  duet_disabled: false,
  stitch_disabled: true,
  max_video_post_duration_sec: 600,
  something_new: { ignored: true },
};
const creator = {
  checkedAt: testNow.toISOString(),
  handle: "creator",
  privacyLevels: ["PUBLIC_TO_EVERYONE"],
  maxVideoDurationMs: 600_000,
  commentDisabled: true,
  duetDisabled: false,
  stitchDisabled: false,
};

describe("answers of the API", () => {
  const ask = () => tiktok.creatorOptions(token, signal);

  test("success is 2xx and ok; fields that we do not know are ignored", async () => {
    server.answers.push({ body: ok(creatorData) });
    await expect(ask()).resolves.toEqual({
      handle: "creator",
      displayName: "Creator",
      avatarUrl: "https://example.test/a.jpg",
      privacyLevels: ["SELF_ONLY"],
      commentDisabled: true,
      duetDisabled: false,
      stitchDisabled: true,
      maxVideoDurationMs: 600_000,
    });
    expect(server.received[0]?.headers.authorization).toBe(`Bearer ${token}`);
  });

  test.each([
    ["a cap that comes with 200", { body: refused("spam_risk_too_many_posts") }, "creator_cap_reached"],
    ["a refused token", { status: 401, body: refused("access_token_invalid") }, "token_refused"],
    ["ok with a status that is none", { status: 404, body: ok(creatorData) }, "platform_error"],
    ["a page instead of an answer", { status: 403, body: "<html>blocked</html>" }, "platform_error"],
    ["a page with 200", { body: "<html>hello</html>" }, "platform_error"],
    ["half of an answer", { body: JSON.stringify(ok(creatorData)).slice(0, 50) }, "platform_error"],
    ["429 without an envelope", { status: 429, body: "slow down" }, "platform_rate_limited"],
    ["a redirect", { status: 302, headers: { Location: "http://127.0.0.1:1/" } }, "platform_error"],
    ["an answer without its envelope", { body: { data: creatorData } }, "platform_contract_broken"],
    [
      "an answer without a field",
      { body: ok({ ...creatorData, creator_username: undefined }) },
      "platform_contract_broken",
    ],
    ["a code that nobody documented", { status: 400, body: refused("never_seen") }, "platform_contract_broken"],
    ["an error of TikTok's own", { status: 500, body: refused("internal_error") }, "platform_error"],
  ])("%s is classified, and the token is in no failure", async (_, answer, code) => {
    server.answers.push(answer);
    const failure = (await ask().catch((error: unknown) => error)) as Error & { code: string; details: object };
    expect(failure.code).toBe(code);
    expect(JSON.stringify(failure.details) + failure.stack).not.toContain(token);
  });
});

describe("OAuth", () => {
  const request = {
    state: "test-state",
    redirectUri: "https://app.test/callback",
    codeVerifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
  };

  test("the address asks for what is used, with TikTok's hex challenge", () => {
    const url = new URL(tiktok.authorizeUrl(request));
    expect(url.origin + url.pathname).toBe("https://www.tiktok.com/v2/auth/authorize/");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_key: "test-key",
      scope: "user.info.basic,user.info.profile,user.info.stats,video.list,video.publish",
      response_type: "code",
      redirect_uri: "https://app.test/callback",
      state: "test-state",
      code_challenge: "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3",
      code_challenge_method: "S256",
    });
  });

  test("lives and scopes are those of the answer; the code is sent as it is", async () => {
    const answer = { open_id: "-000YSS_OTW", scope: "user.info.basic", access_token: token, expires_in: 7200 };
    server.answers.push({
      body: { ...answer, refresh_token: "rft.x", refresh_expires_in: 15_552_000, token_type: "Bearer" },
    });
    await expect(tiktok.exchangeCode("abc*0!6410.va", request, signal)).resolves.toEqual({
      externalId: "-000YSS_OTW",
      scopes: ["user.info.basic"],
      accessToken: token,
      refreshToken: "rft.x",
      accessExpiresInMs: 7_200_000,
      refreshExpiresInMs: 15_552_000_000,
    });
    expect(new URLSearchParams(server.received[0]?.body.toString()).get("code")).toBe("abc*0!6410.va");
  });

  test.each([200, 400, 401])("an error string decides at status %i", async (status) => {
    server.answers.push({ status, body: { error: "invalid_grant", error_description: "expired", log_id: "x" } });
    await expect(tiktok.exchangeCode("used", request, signal)).rejects.toMatchObject({ code: "oauth_code_refused" });
    server.answers.push({ status, body: { error: "invalid_grant", error_description: "expired", log_id: "x" } });
    await expect(tiktok.refresh("rft.old", signal)).rejects.toMatchObject({ code: "token_revoked" });
  });

  test("a revocation may be answered with nothing", async () => {
    server.answers.push({ body: "" }, { body: {} });
    await tiktok.revoke(token, signal);
    await tiktok.revoke(token, signal);
  });
});

describe("the upload", () => {
  const plan = planChunks(31_000_123);
  const uploading = (acknowledgedBytes: number, corrections = 0) => ({
    stage: "uploading",
    creator,
    upload: {
      publishId: "v_pub_file~v2-1.1",
      uploadUrl: `${server.url}/upload?upload_token=test`,
      expiresAt: new Date(testNow.getTime() + 3_600_000).toISOString(),
      plan,
      acknowledgedBytes,
      corrections,
      offset: "known",
    },
  });
  const send = (checkpoint: unknown) => {
    const facts = testFacts({ checkpoint });
    const access = {
      accessToken: token,
      openBytes: (start: number, end: number) => Readable.from([Buffer.alloc(end - start + 1, 7)]),
      onBytesSent: () => undefined,
    };
    return tiktok.perform(tiktok.nextStep(facts) as CallStep, facts, access, signal);
  };

  test("the init sends the plan, the caption as it is, and what the creator has switched off as off", async () => {
    server.answers.push({
      body: ok({ publish_id: "v_pub_file~v2-1.1", upload_url: `${server.url}/upload?upload_token=x` }),
    });
    await expect(send({ stage: "creator_checked", creator })).resolves.toMatchObject({
      outcome: "advanced",
      bytesAcknowledged: 0,
      checkpoint: { stage: "uploading", upload: { publishId: "v_pub_file~v2-1.1", acknowledgedBytes: 0, plan } },
      journal: { httpStatus: 200, platformCode: "ok", platformLogId: "log-1" },
    });
    expect(JSON.parse(server.received[0]?.body.toString() ?? "")).toEqual({
      post_info: {
        title: "A caption #test",
        privacy_level: "PUBLIC_TO_EVERYONE",
        disable_comment: true,
        disable_duet: true,
        disable_stitch: true,
        brand_organic_toggle: false,
        brand_content_toggle: false,
        is_aigc: false,
      },
      source_info: { source: "FILE_UPLOAD", video_size: 31_000_123, chunk_size: 5_242_880, total_chunk_count: 5 },
    });
  });

  test("no byte goes to an address that we do not trust", async () => {
    server.answers.push({
      body: ok({ publish_id: "x", upload_url: "http://169.254.169.254/upload?upload_token=secretsecret" }),
    });
    const failure = await send({ stage: "creator_checked", creator }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "upload_url_blocked" });
    expect(String((failure as Error).stack)).not.toContain("secretsecret");
  });

  test.each([200, 201, 206])("a chunk answered with %i is acknowledged by our own count", async (status) => {
    server.answers.push({ status, headers: { "Content-Range": "bytes 0-999/31000123" } });
    await expect(send(uploading(5_242_880))).resolves.toMatchObject({
      bytesAcknowledged: 2 * 5_242_880,
      checkpoint: { upload: { acknowledgedBytes: 2 * 5_242_880 } },
    });
    const [request] = server.received;
    expect(request).toMatchObject({ method: "PUT", url: "/upload?upload_token=test" });
    expect(request?.headers).toMatchObject({
      "content-type": "video/mp4",
      "content-length": "5242880",
      "content-range": "bytes 5242880-10485759/31000123",
    });
    expect(request?.headers.authorization).toBeUndefined();
    expect(request?.body.length).toBe(5_242_880);
  });

  test.each([403, 404])("%i on a chunk that publishes nothing leads to a new upload", async (status) => {
    server.answers.push({ status });
    await expect(send(uploading(0))).resolves.toMatchObject({
      checkpoint: { stage: "restart", because: "upload_expired" },
    });
  });

  test("416 moves us to where TikTok stands, as a count or as a last index", async () => {
    for (const reported of [2 * 5_242_880, 2 * 5_242_880 - 1]) {
      server.answers.push({ status: 416, headers: { "Content-Range": `bytes 0-${reported}/31000123` } });
      await expect(send(uploading(5_242_880))).resolves.toMatchObject({
        checkpoint: { upload: { acknowledgedBytes: 2 * 5_242_880, corrections: 1, offset: "known" } },
      });
    }
  });

  test("416 without a position has the status asked, whose byte count decides", async () => {
    server.answers.push({ status: 416 });
    const doubted = await send(uploading(0));
    expect(doubted.checkpoint).toMatchObject({ upload: { acknowledgedBytes: 0, offset: "doubted" } });
    server.answers.push({ body: ok({ status: "PROCESSING_UPLOAD", uploaded_bytes: 5_242_880 }) });
    await expect(send(doubted.checkpoint)).resolves.toMatchObject({
      checkpoint: { upload: { acknowledgedBytes: 5_242_880, offset: "known" } },
    });
  });

  test("contradictions without end give the upload up", async () => {
    server.answers.push({ status: 416, headers: { "Content-Range": "bytes 0-5242879/31000123" } });
    await expect(send(uploading(0, 3))).resolves.toMatchObject({ checkpoint: { stage: "restart" } });
  });

  const lastStart = 4 * 5_242_880;
  test.each([200, 201, 206])("the last chunk answered with %i is sent", async (status) => {
    server.answers.push({ status });
    await expect(send(uploading(lastStart))).resolves.toMatchObject({
      outcome: "advanced",
      bytesAcknowledged: 31_000_123,
      checkpoint: { stage: "processing", publishId: "v_pub_file~v2-1.1" },
    });
  });

  test("400 alone is a definite refusal of the last chunk", async () => {
    server.answers.push({ status: 400 });
    await expect(send(uploading(lastStart))).resolves.toMatchObject({
      outcome: "refused",
      failure: { code: "platform_refused_request" },
    });
  });

  test.each([401, 403, 404, 409, 416, 429, 500, 503, 302])("%i on the last chunk is in doubt", async (status) => {
    server.answers.push({ status });
    await expect(send(uploading(lastStart))).rejects.toMatchObject({ name: "Failure" });
  });
});
