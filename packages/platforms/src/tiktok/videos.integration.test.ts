import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createTimes } from "@reelay/runtime";
import { createSimulator, type Simulator } from "@reelay/simulator";
import type { MediaItem, Platform } from "../platform.ts";
import { startScriptedServer } from "../testing/scripted-server.ts";
import { createTiktok } from "./create-tiktok.ts";

const signal = AbortSignal.timeout(60_000);
let simulator: Simulator;
let tiktok: Platform;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "reelay-videos-"));
  simulator = await createSimulator({ directory });
  const { clientKey, clientSecret } = simulator.world.app;
  const { wwwUrl, apiUrl } = simulator;
  tiktok = createTiktok({ clientKey, clientSecret, wwwUrl, apiUrl, uploadHosts: [], times: createTimes() });
}, 30_000);
afterAll(async () => {
  await simulator.close();
  await rm(directory, { recursive: true, force: true });
});

const connected = (videos: number) => {
  const { openId } = simulator.world.addAccount({ username: `maker.${simulator.world.accounts.size}` });
  const seeded = simulator.world.videos.seed(openId, { count: videos, newestAtMs: Date.now(), everyMs: 60_000 });
  return { openId, seeded, token: simulator.world.grant(openId).accessToken };
};

test("page after page brings every video once, ids and figures whole, and then ends", async () => {
  const { seeded, token } = connected(41);
  const items: MediaItem[] = [];
  let cursor: string | null = null;
  const sizes: number[] = [];
  do {
    const page = await tiktok.listMedia(token, cursor, signal);
    items.push(...page.items);
    sizes.push(page.items.length);
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(sizes).toEqual([20, 20, 1]);
  expect(items.map(({ platformPostId, views }) => [platformPostId, views])).toEqual(
    seeded.map(({ id, views }) => [id, BigInt(views ?? 0)]),
  );
});

test("a figure that is left out is unknown, and one beyond 2^53 is exact", async () => {
  const { seeded, token } = connected(1);
  Object.assign(seeded[0] ?? {}, { likes: null, shares: 0, views: "9007199254740993" });
  const [item] = (await tiktok.listMedia(token, null, signal)).items;
  expect(item).toMatchObject({ likes: null, shares: 0n, views: 9007199254740993n, durationMs: 15_000 });
  expect(item?.permalink).not.toContain("?");
});

test("the profile holds what the granted scopes show, and asks for no more", async () => {
  const { openId } = connected(2);
  const account = simulator.world.accounts.get(openId);
  const ask = async (scopes: string[]) => {
    const { accessToken } = simulator.world.grant(openId, scopes);
    return await tiktok.profile(accessToken, scopes, signal);
  };
  expect(await ask(["user.info.basic"])).toMatchObject({
    externalId: openId,
    handle: null,
    followers: null,
    posts: null,
  });
  const all = await ask(["user.info.basic", "user.info.profile", "user.info.stats", "video.publish"]);
  expect(all).toMatchObject({ externalId: openId, handle: account?.username, followers: 0n, posts: 2n });
});

describe("answers that are not TikTok's usual ones", () => {
  const answered = async (data: object, cursor: string | null = null) => {
    const server = await startScriptedServer();
    server.answers.push({ body: { data, error: { code: "ok", message: "", log_id: "x" } } });
    const scripted = createTiktok({
      clientKey: "k",
      clientSecret: "s",
      wwwUrl: "https://www.tiktok.com",
      apiUrl: server.url,
      uploadHosts: [],
      times: createTimes(),
    });
    try {
      return await scripted.listMedia("act.test", cursor, signal);
    } finally {
      await server.close();
    }
  };
  const video = { id: "7123456789012345678", create_time: 1_700_000_000 };

  test("a list that leads back to itself, or nowhere, is refused", async () => {
    const broken = { code: "platform_contract_broken" };
    await expect(answered({ videos: [video], cursor: 5, has_more: true }, "5")).rejects.toMatchObject(broken);
    await expect(answered({ videos: [video], has_more: true })).rejects.toMatchObject(broken);
    await expect(answered({ videos: [{ ...video, create_time: "soon" }], has_more: false })).rejects.toMatchObject(
      broken,
    );
  });

  test("a page without videos, and figures that are none, are taken", async () => {
    expect(await answered({ cursor: 4, has_more: true }, "5")).toEqual({ items: [], nextCursor: "4" });
    const [item] = (
      await answered({ videos: [{ ...video, view_count: -1, like_count: "many", duration: null }], has_more: false })
    ).items;
    expect(item).toMatchObject({ views: null, likes: null, durationMs: null, caption: "", coverUrl: null });
  });
});
