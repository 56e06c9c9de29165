import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newId } from "@reelay/database";
import { createConnectedAccount, createLibraryPost, testVault, type LibraryPostWish } from "@reelay/database/testing";
import type { ApiDeps } from "../deps.ts";
import { startTestApi, type TestApi } from "../testing/start-test-api.ts";

let api: TestApi;
let deps: ApiDeps;
beforeAll(async () => void (api = await startTestApi({ onDeps: (opened) => (deps = opened) })), 120_000);
afterAll(() => api.close());

async function setup() {
  const { workspaceId, caller } = await api.otherWorkspace();
  const arranging = { database: api.db.database, vault: testVault() };
  const { accountId } = await createConnectedAccount(arranging, { workspaceId });
  const add = (wish: Partial<LibraryPostWish> = {}, from = accountId) =>
    createLibraryPost(api.db, { workspaceId, accountId: from }, wish);
  const list = async (query = "") => {
    const answer = await caller.get(`/api/library${query}`);
    if (answer.status !== 200) throw new Error(`the library answered ${answer.status}`);
    return answer.body;
  };
  const captions = async (query: string): Promise<string[]> =>
    (await list(query)).items.map((post: { caption: string }) => post.caption);
  const connect = async (platform = "tiktok") =>
    (await createConnectedAccount(arranging, { workspaceId, platform })).accountId;
  return { workspaceId, caller, accountId, add, list, captions, connect };
}

describe("the library", () => {
  test("shows a post as it was last synced: ids of 64 bits as text, unknown figures as null", async () => {
    const { add, list, accountId } = await setup();
    const publicationId = newId();
    const id = await add({
      platformPostId: "9223372036854775807",
      publicationId,
      caption: "Été 🎉",
      permalink: "https://www.tiktok.com/@x/video/1",
      durationMs: 15_000,
      views: 5_000_000_000,
      likes: 0,
      comments: null,
    });
    expect(await list()).toEqual({
      items: [
        {
          id,
          platform: "tiktok",
          accountId,
          platformPostId: "9223372036854775807",
          publicationId,
          type: "video",
          caption: "Été 🎉",
          permalink: "https://www.tiktok.com/@x/video/1",
          coverUrl: null,
          durationMs: 15_000,
          views: 5_000_000_000,
          likes: 0,
          comments: null,
          shares: null,
          publishedAt: "2026-11-01T12:00:00.000Z",
          syncedAt: expect.stringMatching(/Z$/),
          disappearedAt: null,
        },
      ],
      nextCursor: null,
    });
  });

  test("is filtered by platform, account, time and words", async () => {
    const { add, captions, accountId, connect } = await setup();
    const instagram = await connect("instagram");
    const second = await connect();
    await add({ caption: "Été à Lyon", publishedAt: "2026-01-01T00:00:00Z" });
    await add({ caption: "hiver", publishedAt: "2026-02-01T00:00:00Z" });
    await add({ caption: "reel", publishedAt: "2026-03-01T00:00:00Z", platform: "instagram" }, instagram);
    await add({ caption: "printemps", publishedAt: "2026-04-01T00:00:00Z" }, second);
    expect(await captions("")).toEqual(["printemps", "reel", "hiver", "Été à Lyon"]);
    expect(await captions("?platform=instagram")).toEqual(["reel"]);
    expect(await captions("?platform=tiktok&sort=oldest")).toEqual(["Été à Lyon", "hiver", "printemps"]);
    expect(await captions(`?accountId=${accountId}`)).toEqual(["hiver", "Été à Lyon"]);
    expect(await captions("?from=2026-02-01T00:00:00Z&to=2026-03-01T00:00:00Z")).toEqual(["hiver"]);
    expect(await captions(`?q=${encodeURIComponent(" ÉTÉ À ")}`)).toEqual(["Été à Lyon"]);
    expect(await captions("?q=%25")).toEqual([]);
  });

  test("hides what the platform no longer lists, and flags it when asked", async () => {
    const { add, list } = await setup();
    await add({ caption: "here" });
    await add({ caption: "gone", disappearedAt: "2026-11-20T00:00:00Z" });
    expect((await list()).items).toEqual([expect.objectContaining({ caption: "here", disappearedAt: null })]);
    const all = (await list("?includeDisappeared=true")).items;
    expect(all).toContainEqual(expect.objectContaining({ caption: "gone", disappearedAt: "2026-11-20T00:00:00.000Z" }));
    expect(all).toHaveLength(2);
  });

  test.each([
    ["views", "2,1,0,null"],
    ["likes", "2,1,0,null"],
    ["comments", "2,1,0,null"],
    ["shares", "2,1,0,null"],
  ])("by %s is read page by page from the highest, the unknown last", async (figure, expected) => {
    const { add, list } = await setup();
    for (const value of [0, null, 2, 1]) await add({ [figure]: value });
    const met: unknown[] = [];
    let next = "";
    do {
      const page = await list(`?sort=${figure}&limit=1${next}`);
      met.push(...page.items.map((post: Record<string, unknown>) => post[figure]));
      next = page.nextCursor === null ? "" : `&cursor=${page.nextCursor}`;
    } while (next !== "");
    expect(met.map(String).join()).toBe(expected);
  });

  test("takes the earliest and the latest times there are", async () => {
    const { add, captions } = await setup();
    await add({ caption: "one" });
    expect(await captions("?from=0000-01-01T00:00:00Z&to=9999-12-31T23:59:59.999Z")).toEqual(["one"]);
    expect(await captions("?from=0000-01-01T00:00:00%2B23:59&to=9999-12-31T23:59:59-23:59")).toEqual(["one"]);
  });

  test.each([
    ["platform=myspace", "platform"],
    ["platform=tiktok&platform=instagram", "platform"],
    ["accountId=x", "accountId"],
    ["q=", "q"],
    ["q=%20", "q"],
    ["q=%00", "q"],
    [`q=${"x".repeat(101)}`, "q"],
    ["q=a&q=b", "q"],
    ["from=yesterday", "from"],
    ["from=2026-01-01T00:00:00", "from"],
    ["to=2026-13-01T00:00:00Z", "to"],
    ["from=2026-02-01T00:00:00Z&to=2026-02-01T00:00:00Z", "to"],
    ["includeDisappeared=1", "includeDisappeared"],
    ["sort=random", "sort"],
    ["limit=0", "limit"],
    ["limit=101", "limit"],
    ["limit=1e1", "limit"],
    ["cursor=x", "cursor"],
    ["cursor=", "cursor"],
    [`cursor=${newId()}`, "cursor"],
    [`cursor=${Buffer.from(JSON.stringify(["views", "1", newId()])).toString("base64url")}`, "cursor"],
    ["fields=id", "fields"],
  ])("?%s is refused by name", async (query, path) => {
    const answer = await api.caller.get(`/api/library?${query}`);
    expect(answer).toMatchObject({ status: 400, body: { code: "malformed_request", errors: [{ path }] } });
  });

  test("several bad parameters are named at once", async () => {
    const answer = await api.caller.get("/api/library?platform=x&limit=x&cursor=x&sort=x");
    const paths = answer.body.errors.map((error: { path: string }) => error.path);
    expect(paths.sort()).toEqual(["cursor", "limit", "platform", "sort"]);
  });
});

describe("one post", () => {
  test("comes with the history of its figures, oldest first", async () => {
    const { add, caller, workspaceId } = await setup();
    const id = await add({ views: 30 });
    for (const [at, views] of [
      ["2026-11-03T00:00:00Z", 30],
      ["2026-11-02T00:00:00Z", 10],
      ["2026-11-02T12:00:00Z", null],
    ])
      await api.db.sql(
        "insert into metric_snapshots (library_post_id, workspace_id, at, views) values ($1, $2, $3, $4)",
        [id, workspaceId, at, views],
      );
    const answer = await caller.get(`/api/library/${id}`);
    expect(answer).toMatchObject({ status: 200, body: { id, views: 30 } });
    expect(answer.body.history).toEqual([
      { at: "2026-11-02T00:00:00.000Z", views: 10, likes: null, comments: null, shares: null },
      { at: "2026-11-02T12:00:00.000Z", views: null, likes: null, comments: null, shares: null },
      { at: "2026-11-03T00:00:00.000Z", views: 30, likes: null, comments: null, shares: null },
    ]);
  });

  test("has a history that is bounded: the newest 2,000 snapshots", async () => {
    const { add, caller, workspaceId } = await setup();
    const id = await add();
    await api.db.sql(
      `insert into metric_snapshots (library_post_id, workspace_id, at, views)
       select $1, $2, timestamptz '2020-01-01Z' + make_interval(days => n), n from generate_series(1, 2100) n`,
      [id, workspaceId],
    );
    const { history } = (await caller.get(`/api/library/${id}`)).body;
    expect([history.length, history[0].views, history.at(-1).views]).toEqual([2_000, 101, 2_100]);
  });
});

test("another workspace's posts show nowhere: not in lists, not in searches, not by id", async () => {
  const [mine, yours] = [await setup(), await setup()];
  const id = await yours.add({ caption: "secret", coverStorageKey: "covers/none" });
  await mine.add({ caption: "mine" });
  for (const query of [
    "",
    "?platform=tiktok",
    "?q=secret",
    `?accountId=${yours.accountId}`,
    "?sort=views&includeDisappeared=true",
  ])
    expect(await mine.captions(query)).not.toContain("secret");
  expect(await mine.captions(`?accountId=${yours.accountId}`)).toEqual([]);
  expect((await mine.caller.get(`/api/library/${id}`)).status).toBe(404);
  expect((await mine.caller.get(`/api/library/${id}/cover`)).status).toBe(404);
  expect((await yours.caller.get(`/api/library/${id}`)).status).toBe(200);
});

describe("a cover", () => {
  const jpeg = Buffer.concat([Buffer.from("ffd8ffe000104a46494600010100000100010000", "hex"), Buffer.alloc(5_000, 7)]);

  async function withCover(bytes: Buffer) {
    const space = await setup();
    const key = `covers/${space.workspaceId}/${newId()}`;
    await deps.storage.put(key, Readable.from([bytes]), { signal: AbortSignal.timeout(10_000) });
    const id = await space.add({ coverStorageKey: key });
    const { coverUrl } = (await space.caller.get(`/api/library/${id}`)).body as { coverUrl: string };
    return { ...space, id, coverUrl };
  }

  test("is shown by a browser without a key, from the address in the answer", async () => {
    const { coverUrl } = await withCover(jpeg);
    const answer = await fetch(coverUrl);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "image/jpeg",
      "content-length": String(jpeg.length),
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "cross-origin",
      "cache-control": "private, max-age=86400",
      "accept-ranges": "bytes",
    });
    expect(digest(Buffer.from(await answer.arrayBuffer()))).toBe(digest(jpeg));
  });

  test("is shown to a key and to a session of its workspace, and to nobody without", async () => {
    const { caller, id } = await withCover(jpeg);
    const path = `/api/library/${id}/cover`;
    expect((await caller.fetch(path)).status).toBe(200);
    expect((await fetch(api.url + path)).status).toBe(401);
    expect((await fetch(api.url + path, { headers: { cookie: await api.signIn() } })).status).toBe(404);
    await api.db.sql("update library_posts set workspace_id = $2 where id = $1", [id, api.workspaceId]);
    expect((await fetch(api.url + path, { headers: { cookie: await api.signIn() } })).status).toBe(200);
    expect((await caller.fetch(path)).status).toBe(404);
  });

  test("answers a range, HEAD, and whoever has it already", async () => {
    const { coverUrl } = await withCover(jpeg);
    const ask = async (headers: Record<string, string>, method = "GET") => {
      const answer = await fetch(coverUrl, { method, headers });
      return { answer, bytes: Buffer.from(await answer.arrayBuffer()) };
    };
    const part = await ask({ range: "bytes=2-5" });
    expect([part.answer.status, part.answer.headers.get("content-range")]).toEqual([206, `bytes 2-5/${jpeg.length}`]);
    expect(part.bytes).toEqual(jpeg.subarray(2, 6));
    expect((await ask({ range: "bytes=-3" })).bytes).toEqual(jpeg.subarray(-3));
    expect((await ask({ range: `bytes=${jpeg.length}-` })).answer.status).toBe(416);
    expect((await ask({ range: "bytes=0-1,4-5" })).bytes).toEqual(jpeg);
    expect((await ask({ range: "bytes=2-5", "if-range": '"other"' })).bytes).toEqual(jpeg);
    const head = await ask({}, "HEAD");
    expect([head.answer.status, head.answer.headers.get("content-length"), head.bytes.length]).toEqual([
      200,
      String(jpeg.length),
      0,
    ]);
    const etag = head.answer.headers.get("etag") ?? "";
    // Node's fetch would ask past all caches of itself.
    expect((await ask({ "if-none-match": etag, "cache-control": "max-age=0" })).answer.status).toBe(304);
  });

  test("that is no picture is sent as bytes that no browser shows", async () => {
    const { coverUrl } = await withCover(Buffer.from("<script>alert(1)</script>"));
    expect((await fetch(coverUrl)).headers.get("content-type")).toBe("application/octet-stream");
  });

  test("is not found with an access that is forged, another post's, or repeated", async () => {
    const [one, other] = [await withCover(jpeg), await withCover(jpeg)];
    const access = new URL(other.coverUrl).searchParams.get("access") ?? "";
    for (const query of [`access=${access}`, "access=", "access=x.y.z", `access=${access}&access=${access}`])
      expect((await fetch(`${api.url}/api/library/${one.id}/cover?${query}`)).status).toBe(404);
  });

  test("that is missing or empty in the storage is not found", async () => {
    const { add, caller } = await setup();
    const missing = await add({ coverStorageKey: "covers/none" });
    expect((await caller.get(`/api/library/${missing}/cover`)).status).toBe(404);
    expect((await caller.get(`/api/library/${await add()}/cover`)).status).toBe(404);
    const empty = await withCover(Buffer.alloc(0));
    expect((await fetch(empty.coverUrl)).status).toBe(404);
  });
});

const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
