import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { cacheMedia } from "@reelay/jobs";
import { performJob } from "@reelay/jobs/testing";
import { createCacheMedia } from "./cache-media.ts";
import type { SyncDeps } from "./deps.ts";
import { createBench, type Bench, type TestCreator } from "./testing/bench.ts";

let bench: Bench;
beforeAll(async () => void (bench = await createBench()), 60_000);
afterAll(() => bench.close(), 30_000);

const cache = ({ accountId, workspaceId }: TestCreator, change: Partial<SyncDeps> = {}) =>
  performJob(cacheMedia, createCacheMedia({ ...bench.deps, ...change }), { accountId, workspaceId });
const fetches = ({ openId }: TestCreator) =>
  bench.simulator.world.calls.filter((call) => call.endpoint === "cover" && call.openId === openId).length;
const keys = async (creator: TestCreator) =>
  (await bench.posts(creator)).map(({ cover_storage_key }) => cover_storage_key);

test("every cover is fetched once into storage, and a second sync fetches none again", async () => {
  const creator = await bench.connect({ videos: 35 });
  await bench.sync(creator);
  await cache(creator);
  const stored = await keys(creator);
  expect(new Set(stored).size).toBe(35);
  for (const key of stored.slice(0, 3)) {
    const bytes = await buffer(bench.deps.storage.open(key ?? ""));
    expect(bytes.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
  }
  await bench.sync(creator);
  await cache(creator);
  expect(fetches(creator)).toBe(35);
  expect(await keys(creator)).toEqual(stored);
});

test("a cover that has changed replaces the old one, whose bytes go", async () => {
  const creator = await bench.connect({ videos: 1 });
  await bench.sync(creator);
  await cache(creator);
  const [before] = await keys(creator);
  Object.assign(bench.videos(creator)[0] ?? {}, { coverVersion: 2 });
  await bench.sync(creator);
  await cache(creator);
  const [after] = await keys(creator);
  expect(after).not.toBe(before);
  expect(await bench.deps.storage.stat(before ?? "")).toBeNull();
  expect(await bench.deps.storage.stat(after ?? "")).not.toBeNull();
});

test("two workers at once fetch no cover twice", async () => {
  const creator = await bench.connect({ videos: 40 });
  await bench.sync(creator);
  await Promise.all([cache(creator), cache(creator)]);
  expect(fetches(creator)).toBe(40);
});

test("an address that has run out is not used, and the next sync brings another", async () => {
  const creator = await bench.connect({ videos: 1 });
  await bench.sync(creator);
  await bench.db.sql("update library_posts set cover_url_until = now() where account_id = $1", [creator.accountId]);
  await cache(creator);
  expect(fetches(creator)).toBe(0);
  await bench.sync(creator);
  await cache(creator);
  expect((await keys(creator))[0]).toMatch(/^covers\/.*\.jpg$/);
});

describe("a cover that cannot be had", () => {
  let server: Server;
  let hits: string[];
  beforeAll(async () => {
    hits = [];
    server = createServer((request, response) => {
      hits.push(request.url ?? "");
      if (request.url === "/redirect") response.writeHead(302, { location: `${bench.simulator.wwwUrl}/` }).end();
      else if (request.url === "/page")
        response.writeHead(200, { "content-type": "image/jpeg" }).end("<html>no picture</html>");
      else if (request.url === "/video")
        response.end(Buffer.concat([Buffer.from("\0\0\0\u0018ftypisom\0\0\0\0isommp42"), Buffer.alloc(5_000)]));
      else if (request.url === "/large")
        response.end(Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(6_000_000)]));
      else response.writeHead(403).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const standIn = () => `127.0.0.1:${(server.address() as AddressInfo).port}`;
  /** The platform's answers name this server instead. */
  const serving = async (path: string) => {
    const creator = await bench.connect({ videos: 1 });
    await bench.sync(creator);
    await bench.db.sql("update library_posts set cover_url = $1 where account_id = $2", [path, creator.accountId]);
    return creator;
  };
  const trusting = async (): Promise<Partial<SyncDeps>> => {
    const { createPlatforms, createTiktok } = await import("@reelay/platforms");
    const { apiUrl, world } = bench.simulator;
    const { clientKey, clientSecret } = world.app;
    const wwwUrl = `http://${standIn()}`;
    const { times } = bench.deps;
    return {
      platforms: createPlatforms([createTiktok({ clientKey, clientSecret, wwwUrl, apiUrl, uploadHosts: [], times })]),
    };
  };

  test.each(["/redirect", "/page", "/video", "/large", "/refused"])(
    "%s is counted, kept out of storage and harms nothing",
    async (path) => {
      const creator = await serving(`http://${standIn()}${path}`);
      expect(await cache(creator, await trusting())).toEqual({ outcome: "completed" });
      expect(hits).toContain(path);
      expect(await keys(creator)).toEqual([null]);
      expect((await bench.posts(creator))[0]).toMatchObject({ cover_tries: 1 });
      const objects: string[] = [];
      for await (const { key } of bench.deps.storage.list(`covers/${creator.workspaceId}/`)) objects.push(key);
      expect(objects).toEqual([]);
    },
  );

  test("after three tries it waits for the next sync", async () => {
    const creator = await serving(`http://${standIn()}/refused`);
    for (let at = 0; at < 5; at += 1) {
      await cache(creator, await trusting());
      await bench.db.sql("update library_posts set cover_lease_until = null where account_id = $1", [
        creator.accountId,
      ]);
    }
    expect((await bench.posts(creator))[0]).toMatchObject({ cover_tries: 3 });
    await bench.sync(creator);
    await cache(creator);
    expect(await keys(creator)).not.toEqual([null]);
  });

  test("a host of our own network is never called, by name or by number, nor any scheme but https", async () => {
    const before = hits.length;
    const port = standIn().split(":")[1];
    for (const address of [
      `http://${standIn()}/x`,
      `http://localhost:${port}/x`,
      `https://127.0.0.1/x`,
      `https://localhost/x`,
      `https://[::1]/x`,
      `https://169.254.169.254/x`,
      "file:///etc/passwd",
      "ftp://example.com/x",
    ]) {
      const creator = await serving(address);
      await cache(creator);
      expect(await keys(creator)).toEqual([null]);
    }
    expect(hits.length).toBe(before);
  });
});
