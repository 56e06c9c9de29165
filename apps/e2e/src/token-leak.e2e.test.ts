import { readdir, readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import pg from "pg";
import { findLeaks, type Place } from "./testing/find-leaks.ts";
import { makePicture, makeVideo } from "./testing/make-media.ts";
import { acceptPost, untilPublished } from "./testing/publish.ts";
import { startTestStack, type TestStack } from "./testing/start-test-stack.ts";
import { until } from "@reelay/runtime/testing";

const canary = "canaryCaption0123456789abcdef";
const worker = "worker-publish";

let on: TestStack;
let db: pg.Client;
let redis: Redis;
let traffic: { text(): string; close(): void };
/** Every key and value in Redis, as it was at some moments. */
const redisContents: string[] = [];

beforeAll(async () => {
  on = await startTestStack({ processes: true, env: { TIME_SCALE: "0.05", LOG_LEVEL: "debug" } });
  db = new pg.Client({ connectionString: on.superuserUrl });
  await db.connect();
  redis = new Redis(on.stack.env["REDIS_URL"] ?? "");
  traffic = listenToRedis(on.stack.env["REDIS_URL"] ?? "");
}, 180_000);
afterAll(async () => {
  await db?.end();
  traffic?.close();
  redis?.disconnect();
  await on?.stop();
}, 120_000);

/** Every command that Redis is given from now on. By hand: ioredis 6 loses its place when a monitor hears others' pushes. */
function listenToRedis(address: string): { text(): string; close(): void } {
  const { hostname, port, password } = new URL(address);
  const socket = connect(Number(port), hostname);
  const pieces: Buffer[] = [];
  socket.on("data", (piece) => void pieces.push(piece));
  socket.on("error", () => undefined);
  socket.write(`AUTH ${password}\r\nMONITOR\r\n`);
  return { text: () => Buffer.concat(pieces).toString("latin1"), close: () => socket.destroy() };
}

const refuse = (code: string, httpStatus: number) =>
  ({ name: "refuse", code, httpStatus, message: `refused {token}: ${code}` }) as const;

/** Everything that tends to drag a token along: refusals that echo it, broken answers, a death in the middle. */
async function badDay(): Promise<{ publicationIds: string[] }> {
  const { api, simulator } = on;
  const picture = await makePicture(join(on.directory, "picture.jpg"));
  const imageId = (await api.upload(picture, "image/jpeg")).id;
  const publicationIds: string[] = [];

  const broken = await on.connect("broken.refresh");
  await simulator.addFault({ endpoint: "token", mode: refuse("server_error", 500), openId: broken.openId });
  expect((await api.call("POST", `/api/accounts/${broken.accountId}/refresh`, {})).status).toBe(503);
  const refused = await on.connect("refused.refresh");
  await simulator.addFault({ endpoint: "token", mode: refuse("invalid_grant", 400), openId: refused.openId });
  await api.call("POST", `/api/accounts/${refused.accountId}/refresh`, {});
  expect(await api.get(`/api/accounts/${refused.accountId}`)).toMatchObject({ state: "needs_reconnect" });

  const echoed = await on.connect("echoing.errors");
  await simulator.addFault({ endpoint: "creator_info", mode: refuse("internal_error", 500), openId: echoed.openId });
  await api.call("GET", `/api/accounts/${echoed.accountId}/creator-info`);
  // The token is refused: it is refreshed and the call made again.
  await simulator.addFault({
    endpoint: "video_init",
    mode: refuse("access_token_invalid", 401),
    openId: echoed.openId,
  });
  await simulator.addFault({ endpoint: "video_init", mode: refuse("internal_error", 500), openId: echoed.openId });
  await simulator.addFault({ endpoint: "status", mode: refuse("internal_error", 500), openId: echoed.openId });
  const wish = { mediaId: imageId, accountId: echoed.accountId };
  const late = await acceptPost(api, { ...wish, caption: canary });
  await untilPublished(api, late.publicationId);
  await simulator.addFault({ endpoint: "video_init", mode: refuse("invalid_params", 400), openId: echoed.openId });
  const failed = await acceptPost(api, { ...wish, caption: "refused" });
  await until(
    async () => ((await api.get(`/api/publications/${failed.publicationId}`)).status === "failed" ? true : undefined),
    { what: "it has failed", limitMs: 60_000 },
  );

  const killed = await on.connect("killed.worker");
  const video = await makeVideo(join(on.directory, "video.mp4"), 12_000_000);
  const videoId = (await api.upload(video.path, "video/mp4")).id;
  await simulator.addFault({ endpoint: "upload", mode: "hold", chunk: 0, openId: killed.openId });
  const dying = await acceptPost(api, { mediaId: videoId, accountId: killed.accountId, caption: "killed" });
  await until(async () => (await simulator.calls()).held > 0 || undefined, {
    what: "the answer is held",
    limitMs: 60_000,
  });
  redisContents.push(...(await dumpRedis()));
  on.stack.killProcess(worker, "SIGKILL");
  await simulator.release();
  await untilPublished(api, dying.publicationId);
  publicationIds.push(late.publicationId, failed.publicationId, dying.publicationId);
  return { publicationIds };
}

async function dumpRedis(): Promise<string[]> {
  const keys = await redis.keys("*");
  const values = await Promise.all(
    keys.map(async (key) => {
      const type = await redis.type(key);
      switch (type) {
        case "string":
          return await redis.get(key);
        case "hash":
          return await redis.hgetall(key);
        case "list":
          return await redis.lrange(key, 0, -1);
        case "set":
          return await redis.smembers(key);
        case "zset":
          return await redis.zrange(key, "0", "-1");
        case "stream":
          return await redis.xrange(key, "-", "+");
        case "none":
          return null;
        default:
          throw new Error(`what is a ${type}?`);
      }
    }),
  );
  return keys.map((key, index) => `${key} ${JSON.stringify(values[index])}`);
}

/** Every column of every row of every table, binary ones as the bytes that they are. */
async function dumpPostgres(): Promise<Place[]> {
  const { rows: tables } = await db.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  const places: Place[] = [];
  for (const { name } of tables) {
    const { rows } = await db.query<Record<string, unknown>>(`select * from ${name}`);
    for (const row of rows) {
      const text = Object.values(row).map((value) =>
        Buffer.isBuffer(value) ? value.toString("latin1") : JSON.stringify(value),
      );
      places.push({ where: `table ${name}`, text: text.join("\n") });
    }
  }
  return places;
}

/** Every file of the installation: logs, Postgres' and Redis' own files, media. The simulator's are the platform's. */
async function readFiles(): Promise<Place[]> {
  const entries = await readdir(on.directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const ours = files.filter((file) => !file.startsWith(join(on.directory, "simulator")) && !file.endsWith(".mp4"));
  const read = async (where: string) => ({ where, text: await readFile(where, "latin1").catch(() => "") });
  return await Promise.all(ours.map(read));
}

test("the platform's tokens and our secrets are nowhere but in their place, after a day on which everything went wrong", async () => {
  const { publicationIds } = await badDay();
  const { api, simulator, stack } = on;
  for (const path of ["/api/accounts", "/api/media", "/api/posts", "/openapi.json", "/readyz", "/healthz", "/"]) {
    await api.call("GET", path);
  }
  for (const id of publicationIds) {
    await api.get(`/api/publications/${id}`);
    await api.events(`/api/publications/${id}/events`);
  }

  const tokens = await simulator.issuedTokens();
  const uploadTokens = (await simulator.uploads()).map(({ uploadToken }) => uploadToken);
  const ownSecrets = [
    stack.apiKey,
    stack.adminPassword,
    stack.env["TOKEN_ENCRYPTION_KEYS"]?.slice(3) ?? "",
    stack.env["TIKTOK_CLIENT_SECRET"] ?? "",
  ];
  // Two for each of the four accounts, and two more for the one that was refreshed.
  expect(tokens.length).toBeGreaterThanOrEqual(10);
  expect(uploadTokens.length).toBeGreaterThanOrEqual(2);

  const files = await readFiles();
  const logs = files.filter(({ where }) => where.startsWith(join(on.directory, "logs")));
  const postgres = await dumpPostgres();
  redisContents.push(...(await dumpRedis()));
  const answers = api.heard.map((text) => ({ where: "API answer", text }));
  const live: Place[] = [
    ...postgres,
    ...answers,
    { where: "Redis", text: redisContents.join("\n") },
    { where: "Redis commands", text: traffic.text() },
    { where: "the start script", text: on.said.join("\n") },
  ];
  expect(findLeaks([...tokens, ...uploadTokens], [...live, ...files])).toEqual([]);
  expect(findLeaks(ownSecrets, [...live, ...logs])).toEqual([]);

  // The search does find what is there.
  const found = (text: string, places: Place[]) => findLeaks([text], places).length > 0;
  expect(found(canary, postgres)).toBe(true);
  expect(found(canary, answers)).toBe(true);
  expect(found(publicationIds[0] ?? "", logs)).toBe(true);
  expect(found(publicationIds[2] ?? "", [{ where: "Redis commands", text: traffic.text() }])).toBe(true);
  expect(redisContents.length).toBeGreaterThan(5);
  const platform = await readFile(join(on.directory, "simulator", "state.json"), "utf8");
  expect(found(tokens.at(-1) ?? "", [{ where: "the platform", text: platform }])).toBe(true);
}, 240_000);
