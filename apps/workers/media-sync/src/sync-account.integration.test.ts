import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createPublication } from "@reelay/database/testing";
import { createBench, type Bench, type LibraryRow, type TestCreator } from "./testing/bench.ts";
import { countQueries } from "./testing/count-queries.ts";

let bench: Bench;
beforeAll(async () => void (bench = await createBench()), 60_000);
afterAll(() => bench.close(), 30_000);

const snapshots = async (creator: TestCreator) =>
  await bench.db.sql<{ library_post_id: string; views: string | null; likes: string | null }>(
    "select s.* from metric_snapshots s join library_posts l on l.id = s.library_post_id where l.account_id = $1 order by s.at",
    [creator.accountId],
  );
const shown = (rows: readonly LibraryRow[]) =>
  rows.map(({ platform_post_id: id, views, likes, comments, shares }) => ({ id, views, likes, comments, shares }));
const digits = (figure: number | null) => (figure === null ? null : String(figure));
const real = (creator: TestCreator) =>
  bench.videos(creator).map(({ id, views, likes, comments, shares }) => ({
    id,
    views,
    likes: digits(likes),
    comments: digits(comments),
    shares: digits(shares),
  }));

class Crash extends Error {}
const crashAt = (wanted: string, times: number) => {
  let left = times;
  return async (point: string) => {
    if (point === wanted && (left -= 1) === 0) throw new Crash(point);
  };
};

describe("a whole sync", () => {
  test("brings every public video, page by page, with the platform's own ids and figures", async () => {
    const creator = await bench.connect({ videos: 47 });
    const run = await bench.sync(creator);
    expect(run).toMatchObject({ state: "done", cached: 47, updated: 0, failed: 0, pages: 3, next_at: null });
    const posts = await bench.posts(creator);
    expect(shown(posts)).toEqual(real(creator));
    expect(posts.every(({ platform_post_id }) => Number(platform_post_id) > Number.MAX_SAFE_INTEGER)).toBe(true);
    expect(Object.values(bench.pages(creator))).toEqual([1, 1, 1]);
    const video = bench.videos(creator)[0];
    expect(posts[0]).toMatchObject({ caption: video?.description, duration_ms: 15_000 });
    expect(posts[0]?.permalink).toMatch(new RegExp(`/video/${video?.id}$`));
  });

  test("keeps a figure that no number can hold, and knows unknown from zero", async () => {
    const creator = await bench.connect({ videos: 2 });
    const [first, second] = bench.videos(creator);
    Object.assign(first ?? {}, { views: "9007199254740993", likes: null });
    Object.assign(second ?? {}, { views: null, likes: null, comments: null, shares: null });
    await bench.sync(creator);
    const [one, other] = await bench.posts(creator);
    expect(one).toMatchObject({ views: "9007199254740993", likes: null });
    expect(other).toMatchObject({ views: null, likes: null, comments: null, shares: null });
    expect(await snapshots(creator)).toHaveLength(1);
  });

  test("takes an account whose platform id begins with a dash", async () => {
    const creator = await bench.connect({ videos: 3 });
    const other = await bench.connect({ videos: 3 });
    const dashed = [creator, other].find(({ openId }) => openId.startsWith("-"));
    expect(dashed).toBeDefined();
    for (const one of [creator, other]) expect((await bench.sync(one)).cached).toBe(3);
  });

  test("stores what the platform says of the account, as far as its scopes show it", async () => {
    const creator = await bench.connect({ videos: 2 });
    await bench.sync(creator);
    const account = await bench.db.sql(
      "select handle, follower_count, post_count, synced_night from social_accounts where id = $1",
      [creator.accountId],
    );
    const { username } = bench.simulator.world.accounts.get(creator.openId) ?? {};
    expect(account).toEqual([{ handle: username, follower_count: "1234", post_count: "2", synced_night: 1 }]);
    const partial = await bench.connect({ videos: 1, scopes: ["user.info.basic", "video.list"] });
    expect((await bench.sync(partial)).state).toBe("done");
    const [shy] = await bench.db.sql("select handle, follower_count, display_name from social_accounts where id = $1", [
      partial.accountId,
    ]);
    expect(shy).toMatchObject({ handle: null, follower_count: null });
    expect(shy?.["display_name"]).not.toBeNull();
  });

  test("survives captions that Postgres cannot hold", async () => {
    const creator = await bench.connect({ videos: 1 });
    Object.assign(bench.videos(creator)[0] ?? {}, { description: `a\0b ${"x".repeat(145)}🎬 and more` });
    expect((await bench.sync(creator)).state).toBe("done");
    expect((await bench.posts(creator))[0]?.caption).toMatch(/^ab x+.?$/u);
  });

  test("costs the same number of statements for a page of 20 as for a page of 1", async () => {
    const perPage = async (videos: number) => {
      const creator = await bench.connect({ videos });
      const runId = await bench.open(creator);
      const counted = countQueries(bench.database);
      const at: number[] = [];
      const atPoint = async (name: string) => void (name === "page-saved" && at.push(counted.count()));
      await bench.attempt({ runId, workspaceId: creator.workspaceId }, { database: counted.database, atPoint });
      return at.slice(1).map((count, page) => count - (at[page] ?? 0));
    };
    const [full, short] = [await perPage(80), await perPage(41)];
    expect(new Set(full.slice(0, -1)).size).toBe(1);
    expect(short[0]).toBe(full[0]);
    // Two budgets, the posts, the snapshots, the cursor.
    expect(full[0]).toBe(5);
    // And the end of the run.
    expect(short.at(-1)).toBe(8);
    expect(full.at(-1)).toBe(8);
  });
});

describe("a sync of posts that are known", () => {
  test("updates them, and adds a snapshot only where a figure has changed", async () => {
    const creator = await bench.connect({ videos: 25 });
    await bench.sync(creator);
    expect(await snapshots(creator)).toHaveLength(25);
    Object.assign(bench.videos(creator)[3] ?? {}, { likes: 77_777 });
    expect(await bench.sync(creator)).toMatchObject({ cached: 0, updated: 25 });
    const all = await snapshots(creator);
    expect(all).toHaveLength(26);
    expect(all.at(-1)).toMatchObject({ likes: "77777" });
    expect(shown(await bench.posts(creator))).toEqual(real(creator));
  });

  test.each(["views", "likes", "comments", "shares"] as const)(
    "%s that are no longer told keep their last value, without a snapshot",
    async (figure) => {
      const creator = await bench.connect({ videos: 1 });
      const [video] = bench.videos(creator);
      await bench.sync(creator);
      const before = video?.[figure];
      Object.assign(video ?? {}, { [figure]: null });
      await bench.sync(creator);
      expect((await bench.posts(creator))[0]?.[figure]).toBe(String(before));
      expect(await snapshots(creator)).toHaveLength(1);
    },
  );

  test("marks what a complete walk has not met as disappeared, and brings it back when it is seen again", async () => {
    const creator = await bench.connect({ videos: 22 });
    await bench.sync(creator);
    const hidden = bench.videos(creator)[21];
    const deleted = bench.videos(creator)[2];
    Object.assign(hidden ?? {}, { isPublic: false });
    bench.simulator.world.videos.remove(deleted?.id ?? "");
    await bench.sync(creator);
    const gone = (await bench.posts(creator)).filter(({ disappeared_at }) => disappeared_at !== null);
    expect(gone.map(({ platform_post_id }) => platform_post_id).sort()).toEqual([hidden?.id, deleted?.id].sort());
    Object.assign(hidden ?? {}, { isPublic: true });
    await bench.sync(creator);
    const still = (await bench.posts(creator)).filter(({ disappeared_at }) => disappeared_at !== null);
    expect(still.map(({ platform_post_id }) => platform_post_id)).toEqual([deleted?.id]);
  });

  test("links a post to the publication that made it", async () => {
    const creator = await bench.connect({ videos: 2 });
    const [video] = bench.videos(creator);
    const publicationId = await createPublication(bench.database, creator, {});
    await bench.db.sql("update publications set platform_post_id = $1 where id = $2", [video?.id, publicationId]);
    await bench.sync(creator);
    const posts = await bench.posts(creator);
    expect(posts.map(({ publication_id }) => publication_id)).toEqual([publicationId, null]);
  });
});

describe("a walk that does not read everything", () => {
  test("ends behind the page that reaches its limit, and calls nothing disappeared", async () => {
    const creator = await bench.connect({ videos: 100 });
    await bench.sync(creator);
    bench.simulator.world.pageReads.clear();
    const runId = await bench.open(creator);
    // Posts lie an hour apart: 30 hours are the first two pages.
    await bench.db.sql("update sync_runs set walk_since = now() - interval '30 hours' where id = $1", [runId]);
    await bench.attempt({ runId, workspaceId: creator.workspaceId });
    expect(await bench.run(runId)).toMatchObject({ state: "done", pages: 2, updated: 40 });
    expect(Object.values(bench.pages(creator))).toEqual([1, 1]);
    expect((await bench.posts(creator)).every(({ disappeared_at }) => disappeared_at === null)).toBe(true);
  });
});

describe("a sync that is interrupted", () => {
  test.each([
    ["before a page is stored", "page-read", 2],
    ["after", "page-saved", 1],
  ])("%s goes on at its cursor: at most the page in flight is read again", async (_when, point, readsOfSecond) => {
    const creator = await bench.connect({ videos: 50 });
    const runId = await bench.open(creator);
    const wish = { runId, workspaceId: creator.workspaceId };
    await expect(bench.attempt(wish, { atPoint: crashAt(point, 2) })).rejects.toThrow(Crash);
    // Its lease is still there: nobody goes on yet.
    await bench.attempt(wish);
    expect((await bench.run(runId)).state).toBe("running");
    await bench.db.sql("update sync_runs set lease_until = now() - interval '1 second' where id = $1", [runId]);
    await bench.attempt(wish);
    expect(await bench.run(runId)).toMatchObject({ state: "done", cached: 50, pages: 3 });
    expect(Object.values(bench.pages(creator)).sort()).toEqual([1, 1, readsOfSecond]);
    expect(shown(await bench.posts(creator))).toEqual(real(creator));
    expect(
      bench.simulator.world.calls.filter(
        ({ endpoint, openId }) => endpoint === "user_info" && openId === creator.openId,
      ),
    ).toHaveLength(1);
  });

  test("whose lease was taken over stores nothing any more", async () => {
    const creator = await bench.connect({ videos: 30 });
    const runId = await bench.open(creator);
    const steal = async (name: string) => {
      if (name === "page-read")
        await bench.db.sql("update sync_runs set lease_token = lease_token + 1 where id = $1", [runId]);
    };
    const outcome = await bench.attempt({ runId, workspaceId: creator.workspaceId }, { atPoint: steal });
    expect(outcome.outcome).toBe("cancelled");
    expect(await bench.posts(creator)).toEqual([]);
  });

  test("by a stop gives the run back at once, where it is", async () => {
    const creator = await bench.connect({ videos: 50 });
    const runId = await bench.open(creator);
    const stopping = new AbortController();
    const atPoint = async (name: string) => void (name === "page-saved" && stopping.abort());
    const outcome = await bench.attempt(
      { runId, workspaceId: creator.workspaceId },
      { atPoint },
      { stopping: stopping.signal },
    );
    expect(outcome).toMatchObject({ outcome: "snoozed", why: "stopping" });
    expect(await bench.run(runId)).toMatchObject({ state: "waiting", pages: 1, tries: 0 });
  });
});

describe("a platform that does not play along", () => {
  test("a token refused before its time is refreshed once, and the walk goes on", async () => {
    const creator = await bench.connect({ videos: 45 });
    const runId = await bench.open(creator);
    let rotations = bench.simulator.world.tokens.rotations;
    const expire = async (name: string) => {
      if (name === "page-saved" && rotations >= 0) {
        bench.simulator.world.expireAccessTokens(creator.openId);
        rotations = -1;
      }
    };
    const before = bench.simulator.world.tokens.rotations;
    await bench.attempt({ runId, workspaceId: creator.workspaceId }, { atPoint: expire });
    expect(await bench.run(runId)).toMatchObject({ state: "done", cached: 45 });
    expect(bench.simulator.world.tokens.rotations - before).toBe(1);
  });

  test("a withdrawn permission ends the sync and says who must act", async () => {
    const creator = await bench.connect({ videos: 5 });
    bench.simulator.world.revoke(creator.openId);
    expect(await bench.sync(creator)).toMatchObject({ state: "failed", failed: 1, failure: { code: "token_revoked" } });
  });

  test("without the scope nothing is called", async () => {
    const creator = await bench.connect({ videos: 5, scopes: ["user.info.basic", "video.publish"] });
    expect(await bench.sync(creator)).toMatchObject({ state: "failed", failure: { code: "scope_missing" } });
    expect(bench.simulator.world.calls.filter(({ openId }) => openId === creator.openId)).toEqual([]);
  });

  test("an answer that never comes whole is asked for again later, from the same cursor", async () => {
    const creator = await bench.connect({ videos: 25 });
    bench.simulator.world.addFault({ endpoint: "video_list", mode: "truncate", openId: creator.openId });
    bench.simulator.world.addFault({
      endpoint: "video_list",
      mode: { name: "errorBeforeEffect" },
      openId: creator.openId,
    });
    const runId = await bench.open(creator);
    expect(await bench.attempt({ runId, workspaceId: creator.workspaceId })).toMatchObject({ outcome: "snoozed" });
    expect(await bench.run(runId)).toMatchObject({ state: "waiting", tries: 1, cursor: null });
    expect(await bench.sync(creator)).toMatchObject({ id: runId, state: "done", cached: 25, tries: 0 });
  });

  test("one that stays out of order is given up, and what was stored stays", async () => {
    const creator = await bench.connect({ videos: 25 });
    const runId = await bench.open(creator);
    const stop = new AbortController();
    const atPoint = async (name: string) => void (name === "page-saved" && stop.abort());
    await bench.attempt({ runId, workspaceId: creator.workspaceId }, { atPoint }, { stopping: stop.signal });
    bench.simulator.world.addFault({
      endpoint: "video_list",
      mode: { name: "errorBeforeEffect" },
      openId: creator.openId,
      times: 20,
    });
    await bench.db.sql("update sync_runs set next_at = now() where id = $1", [runId]);
    expect(await bench.sync(creator)).toMatchObject({
      id: runId,
      state: "failed",
      cached: 20,
      failure: { code: "platform_error" },
    });
    bench.simulator.world.clearFaults();
    expect(await bench.posts(creator)).toHaveLength(20);
  });

  test("an empty budget ends the try and says when it goes on; no call is made", async () => {
    const creator = await bench.connect({ videos: 45 });
    const runId = await bench.open(creator);
    const rule = { limit: 2, windowMs: 60_000 };
    const wide = { limit: 1_000, windowMs: 60_000 };
    const tight = { tiktok: { user_info: { app: wide, account: wide }, video_list: { app: wide, account: rule } } };
    const outcome = await bench.attempt({ runId, workspaceId: creator.workspaceId }, { budgets: tight });
    expect(outcome).toMatchObject({ outcome: "snoozed", why: "budget" });
    const row = await bench.run(runId);
    expect(row).toMatchObject({ state: "waiting", pages: 2, tries: 0 });
    expect(row.next_at?.getTime()).toBeGreaterThan(Date.now() + 30_000);
    expect(Object.keys(bench.pages(creator))).toHaveLength(2);
  });

  test("the app's budget holds for every account together, and one account's refusal costs the app nothing", async () => {
    await bench.db.sql("delete from platform_budgets");
    const creators = await Promise.all([1, 2, 3].map(() => bench.connect({ videos: 60 })));
    const wide = { limit: 100, windowMs: 60_000 };
    const tight = {
      tiktok: {
        user_info: { app: wide, account: wide },
        video_list: { app: { limit: 5, windowMs: 60_000 }, account: wide },
      },
    };
    for (const creator of creators) {
      const runId = await bench.open(creator);
      await bench.attempt({ runId, workspaceId: creator.workspaceId }, { budgets: tight });
    }
    const pages = creators.flatMap((creator) => Object.keys(bench.pages(creator)));
    expect(pages).toHaveLength(5);
    const [app] = await bench.db.sql(
      "select cardinality(taken_at) as taken from platform_budgets where scope = 'app' and endpoint = 'video_list'",
    );
    expect(app).toEqual({ taken: 5 });
  });
});
