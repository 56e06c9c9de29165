import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { FaultInput } from "./scenario.ts";
import { put, startBench, type Bench } from "./testing/start-bench.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(async () => await bench.close());

const bytes = new Uint8Array(1_000);
const strike = (endpoint: FaultInput["endpoint"], mode: FaultInput["mode"], more: Partial<FaultInput> = {}) =>
  bench.world.addFault({ endpoint, mode, ...more });
const lastCall = () => bench.world.calls.at(-1);

describe("what happens to an upload's last chunk", () => {
  test.each<[FaultInput["mode"], { posts: number; status: number | null }]>([
    ["dropBeforeEffect", { posts: 0, status: null }],
    ["dropAfterEffect", { posts: 1, status: null }],
    ["truncate", { posts: 1, status: null }],
    [
      { name: "errorBeforeEffect", status: 503, body: "empty" },
      { posts: 0, status: 503 },
    ],
    [
      { name: "errorAfterEffect", status: 500, body: "json" },
      { posts: 1, status: 500 },
    ],
    [{ name: "errorAfterEffect" }, { posts: 1, status: 502 }],
    [
      { name: "refuse", code: "expired", httpStatus: 403 },
      { posts: 0, status: 403 },
    ],
    [
      { name: "delay", ms: 30 },
      { posts: 1, status: 201 },
    ],
    [
      { name: "delay", ms: 30, before: true },
      { posts: 1, status: 201 },
    ],
  ])("%j", async (mode, { posts, status }) => {
    const { url } = await bench.begin(bytes.length);
    strike("upload", mode, { chunk: "last" });
    const answer = await put(url, bytes).catch(() => null);
    expect([bench.world.posts.length, answer?.status ?? null]).toEqual([posts, status]);
    expect(lastCall()).toMatchObject({ endpoint: "upload", dropped: status === null });
    // The fault is used up: what was not done is done now, what was done is not done twice.
    expect((await put(url, bytes)).status).toBe(posts === 1 ? 416 : 201);
    expect(bench.world.posts).toHaveLength(1);
  });

  test("hold: the effect is there, the answer waits for release", async () => {
    const { url } = await bench.begin(bytes.length);
    strike("upload", "hold");
    const answer = put(url, bytes);
    await bench.world.waitFor(({ heldAnswers, posts }) => heldAnswers === 1 && posts.length === 1, 5_000);
    bench.world.release();
    expect((await answer).status).toBe(201);
  });

  test("a delay before the effect: nothing is posted while it lasts", async () => {
    const { url } = await bench.begin(bytes.length);
    strike("upload", { name: "delay", ms: 100, before: true });
    const answer = put(url, bytes);
    const posted = bench.world.waitFor(({ posts }) => posts.length === 1, 5_000);
    expect(bench.world.posts).toHaveLength(0);
    await posted;
    expect((await answer).status).toBe(201);
  });
});

describe("init", () => {
  test("an answer lost after the effect leaves a handle that nobody knows", async () => {
    strike("video_init", "dropAfterEffect");
    await expect(bench.init(1_000)).rejects.toThrow();
    expect(bench.world.uploads.size).toBe(1);
    expect(bench.world.posts).toHaveLength(0);
  });

  test("a truncated answer is no JSON and counts as dropped", async () => {
    strike("video_init", "truncate");
    await expect(bench.init(1_000)).rejects.toThrow();
    expect([bench.world.uploads.size, lastCall()?.dropped]).toEqual([1, true]);
  });

  test("a fault for one creator leaves the others alone", async () => {
    strike("video_init", "dropBeforeEffect", { openId: bench.creator.openId });
    const { openId } = bench.world.addAccount({ username: "other" });
    expect((await bench.init(1_000, {}, bench.world.grant(openId).accessToken)).code).toBe("ok");
    await expect(bench.init(1_000)).rejects.toThrow();
  });

  test("gateway errors come as HTML, JSON or nothing", async () => {
    const ask = async () => {
      const response = await fetch(`${bench.simulator.apiUrl}/v2/post/publish/video/init/`, { method: "POST" });
      return [
        response.status,
        response.headers.get("content-type")?.split(";")[0],
        (await response.text()).slice(0, 9),
      ];
    };
    for (const body of ["html", "json", "empty"] as const) strike("video_init", { name: "errorBeforeEffect", body });
    expect([await ask(), await ask(), await ask()]).toEqual([
      [502, "text/html", "<html><bo"],
      [502, "application/json", '{"error":'],
      [502, "text/plain", ""],
    ]);
  });
});

describe("refusals", () => {
  test("look as the endpoint's own, and may echo what was presented", async () => {
    const refuse = { name: "refuse", code: "internal_error", httpStatus: 500, message: "bad {token}" } as const;
    strike("creator_info", refuse);
    const answer = await bench.creatorInfo();
    expect([answer.status, answer.code, answer.message]).toEqual([500, "internal_error", `bad ${bench.accessToken}`]);
    const { refreshToken } = bench.world.grant(bench.creator.openId);
    strike("token", { ...refuse, code: "invalid_grant", httpStatus: 200 });
    expect(await bench.token({ grant_type: "refresh_token", refresh_token: refreshToken })).toMatchObject({
      status: 200,
      body: { error: "invalid_grant", error_description: `bad ${refreshToken}` },
    });
    expect((await bench.token({ grant_type: "refresh_token", refresh_token: refreshToken })).body).toHaveProperty(
      "access_token",
    );
  });

  test("of the token endpoint by a gateway keep its flat shape", async () => {
    strike("token", { name: "errorBeforeEffect", status: 503, body: "json" });
    expect(await bench.token({ grant_type: "refresh_token", refresh_token: "rft.x" })).toMatchObject({
      status: 503,
      body: { error: "server_error" },
    });
  });

  test("of the authorize page are a page", async () => {
    strike("authorize", { name: "refuse", code: "client_key" });
    const response = await fetch(`${bench.simulator.wwwUrl}/v2/auth/authorize/`);
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining("<code>client_key</code>")]);
  });
});

test("every call is logged, with its creator, status and code, in order", async () => {
  await bench.creatorInfo();
  await bench.status("v_pub_file~v2-1.1");
  await fetch(`${bench.simulator.apiUrl}/nowhere`);
  const { openId } = bench.creator;
  const at = bench.time.now;
  expect(bench.world.calls).toEqual([
    { at, endpoint: "creator_info", openId, httpStatus: 200, code: "ok", dropped: false },
    { at, endpoint: "status", openId, httpStatus: 400, code: "invalid_publish_id", dropped: false },
    { at, endpoint: "not_found", openId: null, httpStatus: 404, code: null, dropped: false },
  ]);
});
