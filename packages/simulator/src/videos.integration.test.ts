import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { startBench, type Bench } from "./testing/start-bench.ts";

let bench: Bench;
beforeEach(async () => void (bench = await startBench()));
afterEach(async () => await bench.close());

type Listed = Record<string, unknown> & { id: string; create_time: number };
const fields = "id,create_time,cover_image_url,share_url,video_description,like_count,view_count";
const list = async (body: unknown = {}, asked = fields) => await bench.api(`/v2/video/list/?fields=${asked}`, body);
const videosOf = (data: Record<string, unknown> | undefined) => (data?.["videos"] ?? []) as Listed[];
const seed = (count: number, openId = bench.creator.openId) =>
  bench.world.videos.seed(openId, { count, newestAtMs: bench.time.now, everyMs: 90_500 });

describe("video list", () => {
  test("shows public videos alone, newest first, page by page, each once", async () => {
    const [first, hidden, ...rest] = seed(45);
    if (hidden) hidden.isPublic = false;
    const seen: string[] = [];
    let body: Record<string, unknown> = { max_count: 20 };
    for (;;) {
      const { data } = await list(body);
      seen.push(...videosOf(data).map(({ id }) => id));
      if (data?.["has_more"] !== true) break;
      body = { max_count: 20, cursor: data["cursor"] };
    }
    expect(seen).toEqual([first, ...rest].map((video) => video?.id));
    expect(bench.world.pageReads.all[bench.creator.openId]).toMatchObject({ "": 1 });
  });

  test("its cursor counts milliseconds, the time of a video seconds", async () => {
    const [newest] = seed(1);
    const { data } = await list();
    expect(videosOf(data)[0]?.create_time).toBe(Math.floor((newest?.createdAtMs ?? 0) / 1000));
    expect(data?.["cursor"]).toBe(newest?.createdAtMs);
    expect(videosOf((await list({ cursor: bench.time.now + 1 })).data)).toHaveLength(1);
    expect(videosOf((await list({ cursor: bench.time.now })).data)).toHaveLength(0);
  });

  test("ten a page by default, also without a body", async () => {
    seed(12);
    expect(videosOf((await list("")).data)).toHaveLength(10);
  });

  test.each([
    ["more than 20", { max_count: 21 }, fields],
    ["a cursor that is text", { cursor: "1643332803000" }, fields],
    ["an unknown field", {}, "id,secrets"],
    ["no fields", {}, ""],
  ])("refuses %s", async (_what, body, asked) => {
    expect(await list(body, asked)).toMatchObject({ status: 400, code: "invalid_params" });
  });

  test("needs its scope", async () => {
    const { accessToken } = bench.world.grant(bench.creator.openId, ["user.info.basic", "video.publish"]);
    expect(await bench.api(`/v2/video/list/?fields=id`, {}, accessToken)).toMatchObject({
      status: 401,
      code: "scope_not_authorized",
    });
  });

  test("cuts descriptions, leaves unknown figures out and writes large ones whole", async () => {
    const [video] = seed(1);
    Object.assign(video ?? {}, { description: "x".repeat(200), likes: null, views: "9007199254740993" });
    const { text, data } = await list();
    expect(videosOf(data)[0]?.["video_description"]).toHaveLength(150);
    expect(videosOf(data)[0]).not.toHaveProperty("like_count");
    expect(text).toContain('"view_count":9007199254740993');
    expect(Number(video?.id)).toBeGreaterThan(Number.MAX_SAFE_INTEGER);
  });

  test("600 calls a minute of the whole app; one more is a violation", async () => {
    const other = bench.world.addAccount({ username: "other" });
    const { accessToken } = bench.world.grant(other.openId);
    for (let at = 0; at < 599; at += 1) bench.world.limits.allow("video_list", 600, bench.time.now);
    expect((await list()).status).toBe(200);
    expect(await bench.api(`/v2/video/list/?fields=id`, {}, accessToken)).toMatchObject({
      status: 429,
      code: "rate_limit_exceeded",
    });
    expect(bench.world.violations).toBe(1);
    bench.time.now += 60_001;
    expect((await list()).status).toBe(200);
  });
});

describe("video query", () => {
  test("answers the creator's own public videos and is silent on others", async () => {
    const own = seed(3);
    const other = bench.world.addAccount({ username: "other" });
    const foreign = seed(1, other.openId);
    const ids = [...own.slice(0, 2), ...foreign].map(({ id }) => id);
    const { data } = await bench.api("/v2/video/query/?fields=id", { filters: { video_ids: ids } });
    expect(videosOf(data).map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const many = Array.from({ length: 21 }, (_, at) => String(at));
    expect((await bench.api("/v2/video/query/?fields=id", { filters: { video_ids: many } })).code).toBe(
      "invalid_params",
    );
  });
});

describe("covers", () => {
  // The access token lives for two hours only.
  const addressOf = async () => {
    const { accessToken } = bench.world.grant(bench.creator.openId);
    const { data } = await bench.api(`/v2/video/list/?fields=${fields}`, {}, accessToken);
    return String(videosOf(data)[0]?.["cover_image_url"]);
  };

  test("are real JPEGs of their own for six hours, then 403", async () => {
    seed(2);
    const address = await addressOf();
    const answer = await fetch(address);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
    bench.time.now += 6 * 3_600_000 - 1_000;
    expect((await fetch(address)).status).toBe(200);
    bench.time.now += 2_000;
    expect((await fetch(address)).status).toBe(403);
    expect((await fetch(await addressOf())).status).toBe(200);
  });

  test("have an address that cannot be made up, and another path for another picture", async () => {
    const [video] = seed(1);
    const address = await addressOf();
    expect((await fetch(address.replace(/x-expires=\d+/, "x-expires=99999999999"))).status).toBe(403);
    if (video) video.coverVersion = 2;
    expect((await fetch(address)).status).toBe(403);
    expect(new URL(await addressOf()).pathname).not.toBe(new URL(address).pathname);
  });
});

test("the figures of a creator follow from scripts and videos, as far as the scopes go", async () => {
  const [first] = seed(3);
  if (first) first.isPublic = false;
  bench.creator.followers = 77;
  const ask = async (token: string) => {
    const response = await fetch(`${bench.simulator.apiUrl}/v2/user/info/?fields=open_id,follower_count,video_count`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return (await response.json()) as { data?: { user: Record<string, unknown> }; error: { code: string } };
  };
  const all = bench.world.grant(bench.creator.openId);
  expect((await ask(all.accessToken)).data?.user).toMatchObject({ follower_count: 77, video_count: 2 });
  const basic = bench.world.grant(bench.creator.openId, ["user.info.basic"]);
  expect((await ask(basic.accessToken)).error.code).toBe("scope_not_authorized");
});

test("what was posted appears in the list when it is public", async () => {
  const post = {
    publishId: "v_pub_file~1",
    openId: bench.creator.openId,
    username: bench.creator.username,
    title: "posted",
    privacyLevel: "PUBLIC_TO_EVERYONE",
    postInfo: {},
    sizeBytes: 1,
    sha256: "",
    filePath: "",
    createdAt: bench.time.now,
    postId: "7123456789012345678",
    permalink: null,
    status: "posted",
    failReason: null,
  } as const;
  bench.world.posts.push({ ...post }, { ...post, postId: "7123456789012345679", privacyLevel: "SELF_ONLY" });
  const { data } = await list();
  expect(videosOf(data)).toMatchObject([{ id: "7123456789012345678", video_description: "posted" }]);
});

test("control seeds, changes, hides and deletes", async () => {
  const call = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${bench.simulator.wwwUrl}/_control${path}`, {
      method,
      headers: { "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === "" ? null : JSON.parse(text)) as unknown };
  };
  const { openId } = bench.creator;
  const seeded = (await call("POST", "/videos", { openId, count: 3 })).body as { id: string }[];
  expect(await call("PATCH", `/videos/${seeded[0]?.id}`, { likes: 5, views: "9007199254740993" })).toMatchObject({
    status: 200,
    body: { likes: 5, views: "9007199254740993" },
  });
  expect((await call("PATCH", `/videos/${seeded[1]?.id}`, { isPublic: false })).status).toBe(200);
  expect((await call("DELETE", `/videos/${seeded[2]?.id}`)).status).toBe(204);
  expect((await call("DELETE", `/videos/${seeded[2]?.id}`)).status).toBe(404);
  expect((await call("PATCH", `/videos/${seeded[0]?.id}`, { nonsense: 1 })).status).toBe(400);
  expect(videosOf((await list()).data).map(({ id }) => id)).toEqual([seeded[0]?.id]);
  expect((await call("GET", "/pages")).body).toEqual({ [openId]: { "": 1 } });
});
