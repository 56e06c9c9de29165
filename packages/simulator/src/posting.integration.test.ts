import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { postsPrivately, put, startBench, type Bench } from "./testing/start-bench.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(async () => await bench.close());

const hour = 60 * 60_000;
const bytes = new Uint8Array(1_000).fill(7);
const postOne = async (info: Record<string, unknown> = {}) => {
  const begun = await bench.begin(bytes.length, { info });
  expect((await put(begun.url, bytes)).status).toBe(201);
  await bench.world.waitFor(({ posts }) => posts.at(-1)?.status !== "processing", 5_000);
  return begun;
};

describe("who may call", () => {
  test("answers come in the order bearer, scope, limit, body, ban, audit, privacy, cap", async () => {
    const { world, creator } = bench;
    const noScope = world.grant(creator.openId, ["user.info.basic"]).accessToken;
    const codes: string[] = [];
    const next = async (body: unknown, token?: string) =>
      codes.push((await bench.api("/v2/post/publish/video/init/", body, token)).code);
    const good = {
      post_info: { privacy_level: "FOLLOWER_OF_CREATOR" },
      source_info: { source: "FILE_UPLOAD", video_size: 1_000, chunk_size: 1_000, total_chunk_count: 1 },
    };
    creator.blockedBy = "spam_risk_user_banned_from_posting";
    creator.postsPerDay = 0;
    world.app = { ...world.app, audited: false };
    await next("{", "act.unknown");
    await next("{", noScope);
    await next("{");
    await next(good);
    creator.blockedBy = null;
    await next(good);
    world.app = { ...world.app, audited: true };
    await next(good);
    await next({ ...good, post_info: { privacy_level: "SELF_ONLY" } });
    await next("{");
    await next("{");
    expect(codes).toEqual([
      "access_token_invalid",
      "scope_not_authorized",
      "invalid_params",
      "spam_risk_user_banned_from_posting",
      "unaudited_client_can_only_post_to_private_accounts",
      "privacy_level_option_mismatch",
      "spam_risk_too_many_posts",
      "invalid_params",
      "rate_limit_exceeded",
    ]);
  });

  test.each<[string, number, (bench: Bench) => Promise<{ code: string }>]>([
    ["creator_info", 20, (one) => one.creatorInfo()],
    ["video/init", 6, (one) => one.init(1_000)],
    ["status", 30, (one) => one.status("v_pub_file~v2-1.1")],
  ])("%s: one call more than %i in a minute is refused, for this creator alone", async (_endpoint, limit, call) => {
    for (let count = 0; count < limit; count += 1) expect((await call(bench)).code).not.toBe("rate_limit_exceeded");
    expect((await call(bench)).code).toBe("rate_limit_exceeded");
    expect(bench.world.violations).toBe(1);
    const other = bench.world.grant(bench.world.addAccount({ username: "other" }).openId).accessToken;
    expect((await bench.init(1_000, {}, other)).code).toBe("ok");
    bench.time.now += 60_000;
    expect((await call(bench)).code).not.toBe("rate_limit_exceeded");
  });

  test("an expired token is refused everywhere", async () => {
    bench.time.now += 2 * hour;
    const codes = [await bench.creatorInfo(), await bench.init(1_000), await bench.status("x")].map(({ code }) => code);
    expect(codes).toEqual(Array(3).fill("access_token_invalid"));
  });

  test("a path without its slash, in other letters, or with another method is not there", async () => {
    const { apiUrl, uploadUrl, wwwUrl } = bench.simulator;
    const asked: [string, string][] = [
      ["POST", `${apiUrl}/v2/oauth/token`],
      ["POST", `${apiUrl}/v2/OAuth/token/`],
      ["GET", `${apiUrl}/v2/oauth/token/`],
      ["POST", `${apiUrl}/v2/post/publish/video/init`],
      ["PUT", `${uploadUrl}/video`],
      ["GET", `${wwwUrl}/v2/auth/authorize`],
      ["POST", `${wwwUrl}/v2/oauth/token/`],
      ["GET", `${apiUrl}/`],
    ];
    for (const [method, url] of asked) expect([url, (await fetch(url, { method })).status]).toEqual([url, 404]);
  });

  test("user info gives the asked fields, and refuses those that nobody granted", async () => {
    const { accessToken } = bench.world.grant(bench.creator.openId, ["user.info.basic"]);
    const ask = async (fields: string) => {
      const response = await fetch(`${bench.simulator.apiUrl}/v2/user/info/?fields=${fields}`, {
        headers: { authorization: `Bearer ${accessToken}` },
      });
      return { status: response.status, body: (await response.json()) as { data?: object; error: { code: string } } };
    };
    const { openId, displayName } = bench.creator;
    expect((await ask("open_id,display_name")).body.data).toEqual({
      user: { open_id: openId, display_name: displayName },
    });
    expect((await ask("open_id,username")).body.error.code).toBe("scope_not_authorized");
    bench.world.app = { ...bench.world.app, ungrantedFieldStatus: 400 };
    expect((await ask("open_id,username")).body.error.code).toBe("scope_permission_missed");
    expect((await ask("")).body.error.code).toBe("invalid_params");
    expect((await ask("toString")).body.error.code).toBe("invalid_params");
  });
});

describe("creator info", () => {
  test("follows the creator's settings between two calls", async () => {
    expect((await bench.creatorInfo()).data).toMatchObject({
      creator_username: "demo.creator",
      privacy_level_options: ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"],
      comment_disabled: false,
      duet_disabled: false,
      max_video_post_duration_sec: 600,
    });
    Object.assign(bench.creator, { isPrivate: true, commentDisabled: true, maxVideoDurationSec: 180 });
    expect((await bench.creatorInfo()).data).toMatchObject({
      privacy_level_options: ["FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"],
      comment_disabled: true,
      duet_disabled: true,
      stitch_disabled: true,
      max_video_post_duration_sec: 180,
    });
  });

  test("tells caps with HTTP 200, where init says 403", async () => {
    bench.creator.blockedBy = "reached_active_user_cap";
    const told = await bench.creatorInfo();
    const refused = await bench.init(1_000);
    expect([told.status, told.code, told.data]).toEqual([200, "reached_active_user_cap", undefined]);
    expect([refused.status, refused.code]).toEqual([403, "reached_active_user_cap"]);
  });

  test("the day's cap counts posts, not tries, and rolls", async () => {
    bench.creator.postsPerDay = 1;
    await bench.begin(bytes.length);
    bench.world.settings.reject = "internal";
    await postOne();
    expect((await bench.creatorInfo()).code).toBe("ok");
    await postOne();
    expect([(await bench.creatorInfo()).code, (await bench.init(1_000)).code]).toEqual(
      Array(2).fill("spam_risk_too_many_posts"),
    );
    bench.time.now += 24 * hour;
    const { accessToken } = bench.world.grant(bench.creator.openId);
    expect((await bench.creatorInfo(accessToken)).code).toBe("ok");
  });

  test("an unaudited app has room for five creators a day", async () => {
    bench.world.app = { ...bench.world.app, audited: false };
    const tokens = Array.from({ length: 6 }, (_, index) => {
      const { openId } = bench.world.addAccount({ username: `creator.${index}`, isPrivate: true });
      return bench.world.grant(openId).accessToken;
    });
    for (const token of tokens.slice(0, 5)) {
      const { data } = await bench.init(bytes.length, {}, token);
      expect((await put(String(data?.["upload_url"]), bytes)).status).toBe(201);
    }
    const codes = [await bench.init(1_000, {}, tokens[5]), await bench.init(1_000, {}, tokens[0])];
    expect(codes.map(({ code }) => code)).toEqual(["reached_active_user_cap", "ok"]);
  });
});

describe("init", () => {
  const info = (change: Record<string, unknown>) => ({ ...postsPrivately, ...change });
  test.each<[string, Record<string, unknown>, number, string]>([
    ["an unknown privacy level", info({ privacy_level: "PUBLIC" }), 400, "invalid_params"],
    ["no privacy level", { title: "x" }, 400, "invalid_params"],
    [
      "a level that is not offered",
      info({ privacy_level: "FOLLOWER_OF_CREATOR" }),
      403,
      "privacy_level_option_mismatch",
    ],
    ["private branded content", info({ brand_content_toggle: true }), 400, "invalid_params"],
    ["2,201 units", info({ title: "x".repeat(2_201) }), 400, "invalid_params"],
    ["1,101 emoji, 2,202 units", info({ title: "🎬".repeat(1_101) }), 400, "invalid_params"],
    ["1,100 emoji, 2,200 units", info({ title: "🎬".repeat(1_100) }), 200, "ok"],
    ["a toggle that is a text", info({ disable_comment: "true" }), 400, "invalid_params"],
  ])("%s", async (_what, postInfo, status, code) => {
    const source = { source: "FILE_UPLOAD", video_size: 1_000, chunk_size: 1_000, total_chunk_count: 1 };
    const body = { post_info: postInfo, source_info: source };
    const answer = await bench.api("/v2/post/publish/video/init/", body);
    expect([answer.status, answer.code, answer.data !== undefined]).toEqual([status, code, status === 200]);
  });

  test("the chunk rules' messages come with invalid_params, and count as violations", async () => {
    const ceiled = await bench.init(158_008_374, { chunk: 5_242_880, count: 31 });
    expect([ceiled.status, ceiled.code, ceiled.message]).toEqual([
      400,
      "invalid_params",
      "The total chunk count is invalid",
    ]);
    expect((await bench.init(15_000_000, { chunk: 10_000_000 })).message).toBe("The chunk size is invalid");
    expect(bench.world.violations).toBe(2);
    expect(bench.world.uploads.size).toBe(0);
  });

  test("invalid_param in the singular when so set", async () => {
    bench.world.app = { ...bench.world.app, singularInvalidParam: true };
    expect((await bench.init(15_000_000, { chunk: 10_000_000 })).code).toBe("invalid_param");
  });

  test.each<[boolean, string, string]>([
    [false, "SELF_ONLY", "unaudited_client_can_only_post_to_private_accounts"],
    [true, "MUTUAL_FOLLOW_FRIENDS", "unaudited_client_can_only_post_to_private_accounts"],
    [true, "SELF_ONLY", "ok"],
  ])("an unaudited app, private account %p, level %s: %s", async (isPrivate, level, code) => {
    bench.world.app = { ...bench.world.app, audited: false };
    bench.creator.isPrivate = isPrivate;
    expect((await bench.init(1_000, { info: { privacy_level: level } })).code).toBe(code);
  });

  test("handles are as long as the real ones may be", async () => {
    const { url, publishId } = await bench.begin(1_000);
    expect(publishId).toMatch(/^v_pub_file~v2-1\.\d{19}$/);
    expect(url.length).toBeLessThanOrEqual(256);
  });
});

describe("status", () => {
  test("another's publish id, an unknown one and none are told apart", async () => {
    const { publishId } = await bench.begin(1_000);
    const other = bench.world.grant(bench.world.addAccount({ username: "other" }).openId).accessToken;
    const codes = [
      await bench.status(publishId, other),
      await bench.status("v_pub_file~v2-1.9"),
      await bench.api("/v2/post/publish/status/fetch/"),
    ];
    expect(codes.map(({ status, code }) => [status, code])).toEqual([
      [400, "token_not_authorized_for_specified_publish_id"],
      [400, "invalid_publish_id"],
      [400, "invalid_params"],
    ]);
  });

  test("a public post's id is absent, then an empty list, then a bare number above 2^53", async () => {
    bench.world.settings.publicIdAfterReads = 2;
    const { publishId } = await postOne({ privacy_level: "PUBLIC_TO_EVERYONE" });
    const reads: string[] = [];
    for (let count = 0; count < 5; count += 1) reads.push((await bench.status(publishId)).text);
    const ids = reads.map((text) => /"publicaly_available_post_id":(\[\d*\])/.exec(text)?.[1]);
    const { postId } = bench.world.posts[0]!;
    expect(ids).toEqual([undefined, undefined, "[]", "[]", `[${postId}]`]);
    expect(postId).toMatch(/^\d{19}$/);
    expect(BigInt(postId!) > 2n ** 53n).toBe(true);
  });

  test.each(["MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"])("a post for %s never gets a public id", async (level) => {
    const { publishId } = await postOne({ privacy_level: level });
    const { data } = await bench.status(publishId);
    expect(data).toEqual({ status: "PUBLISH_COMPLETE", uploaded_bytes: 1_000 });
  });

  test("lags as many reads as told, and counts the uploaded bytes", async () => {
    bench.world.settings.statusLag = 2;
    const { publishId } = await postOne();
    const words: unknown[] = [];
    for (let count = 0; count < 3; count += 1) words.push((await bench.status(publishId)).data?.["status"]);
    expect(words).toEqual(["PROCESSING_UPLOAD", "PROCESSING_UPLOAD", "PUBLISH_COMPLETE"]);
  });

  test("processing takes its time by the clock", async () => {
    bench.world.settings.processingTakesMs = 30_000;
    const { publishId } = await postOne();
    bench.time.now += 29_999;
    expect((await bench.status(publishId)).data).toMatchObject({ status: "PROCESSING_UPLOAD" });
    bench.time.now += 1;
    expect((await bench.status(publishId)).data).toMatchObject({ status: "PUBLISH_COMPLETE" });
  });

  test("can stand still for ever, in a word that nobody knows", async () => {
    bench.world.settings.stuckForever = true;
    const { publishId } = await postOne();
    expect((await bench.status(publishId)).data).toMatchObject({ status: "PROCESSING_UPLOAD" });
    bench.world.settings.unknownStatus = "PROCESSING_MODERATION";
    expect((await bench.status(publishId)).data).toMatchObject({ status: "PROCESSING_MODERATION" });
  });

  test("a scripted rejection strikes the next post alone", async () => {
    bench.world.settings.reject = "spam_risk_text";
    const first = await postOne();
    const second = await postOne();
    expect((await bench.status(first.publishId)).data).toMatchObject({
      status: "FAILED",
      fail_reason: "spam_risk_text",
    });
    expect((await bench.status(second.publishId)).data).toMatchObject({ status: "PUBLISH_COMPLETE" });
    expect(bench.world.posts.map(({ postId }) => postId !== null)).toEqual([false, true]);
  });
});

describe("the pages", () => {
  test("show a post with its bytes, its digest and its text, as text", async () => {
    await postOne({ title: "<b>été</b> 🎬" });
    const post = bench.world.posts[0]!;
    for (const url of [bench.simulator.url, post.permalink!]) {
      const page = await (await fetch(url)).text();
      expect(page).toContain("&lt;b&gt;été&lt;/b&gt; 🎬");
      expect(page).toContain(post.sha256);
      expect(page).toContain("visible to only me");
      const media = /<video[^>]*src="([^"]*)"/.exec(page)?.[1] ?? "";
      const range = await fetch(new URL(media, url), { headers: { range: "bytes=10-19" } });
      expect([range.status, range.headers.get("content-range"), (await range.arrayBuffer()).byteLength]).toEqual([
        206,
        "bytes 10-19/1000",
        10,
      ]);
    }
    expect((await fetch(post.permalink!.replace("demo.creator", "other"))).status).toBe(404);
  });
});
