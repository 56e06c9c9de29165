import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { beat, checkKeys, createVault } from "@reelay/database";
import { testDatabase, testServers, type TestDatabase } from "@reelay/database/testing";
import { allJobs } from "@reelay/jobs";
import type { Environment } from "@reelay/runtime";
import { createSimulator } from "@reelay/simulator";
import { startChild, type Child } from "../../prepare/child.ts";
import { freePort } from "../../prepare/ports.ts";
import { repositoryRoot as root } from "../../prepare/repository-root.ts";
import { toolProgram } from "../../prepare/tools.ts";
import type { DoctorContext } from "./context.ts";
import { examine } from "./examine.ts";

const directory = mkdtempSync(join(tmpdir(), "reelay-doctor-"));
chmodSync(directory, 0o711);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const key = randomBytes(32).toString("base64");
let db: TestDatabase;
beforeEach(async () => {
  db = await testDatabase();
});
afterEach(() => db.close());

const settings = (): Record<string, string> => ({
  DATABASE_URL: db.url,
  REDIS_URL: testServers().redisUrl,
  TOKEN_ENCRYPTION_KEYS: `k1:${key}`,
  STORAGE_DIRECTORY: join(directory, "media"),
  PUBLIC_URL: "http://localhost:1",
  PORT: "1",
  TIKTOK_CLIENT_KEY: "test-client-key",
  TIKTOK_CLIENT_SECRET: "test-client-secret",
  TIKTOK_API_URL: "http://127.0.0.1:1",
});

/** What the doctor finds about one check, as `state: says`. */
async function found(check: string, change: Environment = {}, more: Partial<DoctorContext> = {}): Promise<string[]> {
  const env = { ...settings(), ...change };
  const findings = await examine({
    root,
    here: { directory, pid: null, hasStarted: true, env, apiUrl: undefined, isSimulated: false },
    platform: process.platform,
    nodeVersion: process.versions.node,
    nowMs: Date.now,
    limitMs: 1_500,
    ...more,
  });
  for (const { state, fix } of findings) expect(fix === null).toBe(state !== "bad");
  const secrets = [new URL(testServers().redisUrl).password, "reelay-test-only", "test-client-secret", key];
  for (const secret of secrets) expect(JSON.stringify(findings)).not.toContain(secret);
  return findings.filter((finding) => finding.check === check).map(({ state, says }) => `${state}: ${says}`);
}

describe("what is well is said to be", () => {
  test("this machine, Postgres, its role, its migrations, both clocks", async () => {
    const simulator = await createSimulator({
      directory: join(directory, "simulator"),
      ports: { www: 0, api: 0, upload: 0 },
    });
    try {
      const change = { TIKTOK_API_URL: simulator.apiUrl };
      expect(await found("Node", change)).toEqual([`good: ${process.versions.node}`]);
      expect(await found("ffmpeg", change)).toEqual([expect.stringMatching(/^good: \S+ with ffprobe/)]);
      expect(await found("Postgres", change)).toEqual([expect.stringMatching(/^good: \d+/)]);
      expect(await found("role", change)).toEqual(["good: reelay_test is bound by row-level security"]);
      expect(await found("migrations", change)).toEqual(["good: all applied"]);
      expect(await found("clock, Postgres", change)).toEqual(["good: within 2 s of this machine"]);
      expect(await found("clock, TikTok", change)).toEqual(["good: within 5 s of this machine"]);
      expect(await found("redirect URI", change)).toEqual(["good: http://localhost:1/tiktok-callback"]);
    } finally {
      await simulator.close();
    }
  });

  test("every queue has a living worker", async () => {
    expect(await found("workers")).toEqual([expect.stringMatching(/^bad: none lives for advance-publication, /)]);
    const queues = allJobs.map(({ name }) => name);
    await beat(db.database, { id: "019ab000-0000-7000-8000-000000000001", name: "all", queues, places: 1 });
    expect(await found("workers")).toEqual(["good: 1 live; every queue has one"]);
  });
});

describe("a planted fault is found", () => {
  test("an old Node", async () => {
    expect(await found("Node", {}, { nodeVersion: "18.20.0" })).toEqual([
      "bad: Reelay needs Node 20.19 or newer, and this is 18.20.0",
    ]);
  });

  test.each([
    ["linux", "sudo apt-get install -y ffmpeg"],
    ["darwin", "brew install ffmpeg"],
    ["win32", "choco install ffmpeg"],
  ] as const)("no ffmpeg, with the line that installs it on %s", async (platform, line) => {
    const missing = { FFMPEG_PATH: join(directory, "no-ffmpeg") };
    const findings = await examine({
      root,
      here: { directory, pid: null, hasStarted: true, env: missing, apiUrl: undefined, isSimulated: false },
      platform,
      nodeVersion: "24.0.0",
      nowMs: Date.now,
      limitMs: 1_500,
    });
    expect(findings.find(({ check }) => check === "ffmpeg")).toMatchObject({
      state: "bad",
      fix: `Install it: ${line}`,
    });
  });

  test("Postgres that nobody serves, that hangs, that wants another password", async () => {
    expect(await found("Postgres", { DATABASE_URL: "postgresql://reelay:x@127.0.0.1:1/reelay" })).toEqual([
      "bad: the server at 127.0.0.1:1/reelay does not listen there",
    ]);
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as { port: number };
    expect(await found("Postgres", { DATABASE_URL: `postgresql://reelay:x@127.0.0.1:${port}/reelay` })).toEqual([
      `bad: the server at 127.0.0.1:${port}/reelay does not answer in time`,
    ]);
    silent.close();
    const wrong = new URL(db.url);
    wrong.password = "wrong";
    const [said] = await found("Postgres", { DATABASE_URL: wrong.href });
    expect(said).toMatch(/^bad: .+ refuses the password$/);
    expect(await found("workers", { DATABASE_URL: wrong.href })).toEqual([expect.stringMatching(/^open: /)]);
  });

  test("a superuser's login, and commits that a crash may lose", async () => {
    const url = new URL(testServers().databaseUrl);
    url.pathname = new URL(db.url).pathname;
    expect(await found("role", { DATABASE_URL: url.href })).toEqual([
      expect.stringMatching(/^bad: postgres is a superuser/),
    ]);
    // The test servers lose commits on purpose.
    expect(await found("commits")).toEqual([expect.stringMatching(/^bad: synchronous_commit is off/)]);
  });

  test("a missing migration", async () => {
    await db.sql("delete from _prisma_migrations where migration_name like '%_initial'");
    expect(await found("migrations")).toEqual(["bad: not applied: 20261124000000_initial"]);
  });

  test("a clock that is wrong, against Postgres and against TikTok", async () => {
    const simulator = await createSimulator({
      directory: join(directory, "simulator"),
      ports: { www: 0, api: 0, upload: 0 },
    });
    try {
      const hour = { nowMs: () => Date.now() + 3_600_000 };
      const change = { TIKTOK_API_URL: simulator.apiUrl };
      expect(await found("clock, Postgres", change, hour)).toEqual([
        expect.stringMatching(/^bad: .+ behind this machine/),
      ]);
      expect(await found("clock, TikTok", change, hour)).toEqual([
        expect.stringMatching(/^bad: .+ behind this machine/),
      ]);
    } finally {
      await simulator.close();
    }
  });

  test("wrong encryption keys, malformed ones, none", async () => {
    await checkKeys(db.database, createVault([{ id: "k1", key: Buffer.from(key, "base64") }]));
    expect(await found("encryption keys")).toEqual(["good: open what is stored"]);
    const other = `k1:${randomBytes(32).toString("base64")}`;
    expect(await found("encryption keys", { TOKEN_ENCRYPTION_KEYS: other })).toEqual([
      "bad: TOKEN_ENCRYPTION_KEYS do not open what is stored",
    ]);
    expect(await found("encryption keys", { TOKEN_ENCRYPTION_KEYS: "k1:short" })).toEqual([
      expect.stringMatching(/^bad: TOKEN_ENCRYPTION_KEYS must be id:base64/),
    ]);
    expect(await found("encryption keys", { TOKEN_ENCRYPTION_KEYS: undefined })).toEqual([
      "bad: TOKEN_ENCRYPTION_KEYS is required",
    ]);
  });

  test("storage that cannot be written", async () => {
    const file = join(directory, "no-directory");
    writeFileSync(file, "");
    expect(await found("storage")).toEqual([expect.stringMatching(/^open: .+ is made by the first start$/)]);
    expect(await found("storage", { STORAGE_DIRECTORY: file })).toEqual([`bad: ${file} cannot be written`]);
    expect(await found("storage", { STORAGE_DIRECTORY: directory })).toEqual([
      expect.stringMatching(/^good: .+ GiB free$/),
    ]);
    expect(await found("storage", { STORAGE_DIRECTORY: join(directory, "none"), NODE_ENV: "production" })).toEqual([
      expect.stringMatching(/^bad: .+ does not exist$/),
    ]);
  });

  test("TikTok's keys half given, a redirect URI that TikTok refuses, a platform out of reach", async () => {
    expect(await found("TikTok", { TIKTOK_CLIENT_SECRET: "" })).toEqual(["bad: TIKTOK_CLIENT_SECRET is required"]);
    expect(await found("redirect URI", { TIKTOK_REDIRECT_URI: "http://reelay.example.com/tiktok-callback" })).toEqual([
      expect.stringMatching(/^bad: TIKTOK_REDIRECT_URI is not https/),
    ]);
    expect(await found("clock, TikTok")).toEqual(["open: 127.0.0.1:1 does not answer from here"]);
  });

  test("another program at PUBLIC_URL, and nobody there", async () => {
    const port = await freePort();
    const own = { PUBLIC_URL: `http://localhost:${port}`, PORT: String(port) };
    expect(await found("PUBLIC_URL", own)).toEqual([`bad: http://localhost:${port} does not answer`]);
  });
});

describe("Redis", () => {
  const children: Child[] = [];
  afterEach(async () => {
    for (const child of children.splice(0)) await child.stop();
  });

  async function redisWith(...settings: string[]): Promise<string> {
    const port = await freePort();
    const child = await startChild({
      name: "redis",
      command: toolProgram("redis", process.env["PATH"] ?? "") ?? "",
      args: ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", directory, ...settings],
      env: { PATH: process.env["PATH"] },
      directory,
      logFile: join(directory, "redis.log"),
      stopSignal: "SIGTERM",
      stopLimitMs: 5_000,
    });
    children.push(child);
    await child.lineThat((line) => (line.includes("Ready to accept connections") ? true : undefined), 20_000);
    return `redis://127.0.0.1:${port}/0`;
  }

  test("a good one is said to be", async () => {
    const url = await redisWith("--appendonly", "yes", "--maxmemory-policy", "noeviction");
    expect(await found("Redis", { REDIS_URL: url })).toEqual([
      expect.stringMatching(/^good: (redis|valkey) \S+, noeviction, append-only$/),
    ]);
  });

  test("one that throws jobs away, forgets and is full is told three times", async () => {
    const url = await redisWith("--maxmemory-policy", "allkeys-lru", "--maxmemory", "1100000");
    expect(await found("Redis", { REDIS_URL: url })).toEqual([
      expect.stringMatching(/^bad: maxmemory-policy is allkeys-lru/),
      expect.stringMatching(/^bad: appendonly is no/),
      expect.stringMatching(/^bad: \d+ % of its memory is used$/),
    ]);
  });

  test("one that wants a password, one that refuses it, none", async () => {
    const url = await redisWith("--requirepass", "right");
    const { host } = new URL(url);
    expect(await found("Redis", { REDIS_URL: url })).toEqual([`bad: the server at ${host} wants a password`]);
    expect(await found("Redis", { REDIS_URL: url.replace("//", "//:wrong@") })).toEqual([
      `bad: the server at ${host} refuses the password`,
    ]);
    expect(await found("Redis", { REDIS_URL: "redis://127.0.0.1:1" })).toEqual([
      "bad: the server at 127.0.0.1:1 does not listen there",
    ]);
  });
});

test("before the first start nothing is wrong but what is missing, and nothing is made", async () => {
  const env = { PATH: dirname(process.execPath) };
  const here = {
    directory: join(directory, "never"),
    pid: null,
    hasStarted: false,
    env,
    apiUrl: undefined,
    isSimulated: false,
  };
  const findings = await examine({
    root,
    here,
    platform: process.platform,
    nodeVersion: process.versions.node,
    nowMs: Date.now,
    limitMs: 1_500,
  });
  expect(findings.filter(({ state }) => state === "bad")).toEqual([]);
  const open = findings.filter(({ state }) => state === "open").map(({ check }) => check);
  expect(open).toEqual(["Postgres", "encryption keys", "workers", "Redis", "storage", "PUBLIC_URL", "TikTok"]);
});
