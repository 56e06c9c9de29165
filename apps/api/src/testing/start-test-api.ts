import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId } from "@reelay/database";
import { testDatabase, testRedis, type TestDatabase } from "@reelay/database/testing";
import { silentLogger, type Logger } from "@reelay/runtime";
import { parseConfig } from "../config.ts";
import type { ApiDeps } from "../deps.ts";
import { start } from "../start.ts";
import { testCaller, type TestCaller } from "./test-caller.ts";

export interface TestApi {
  readonly url: string;
  readonly workspaceId: string;
  readonly apiKey: string;
  readonly login: { readonly email: string; readonly password: string };
  /** Calls with the first workspace's key. */
  readonly caller: TestCaller;
  readonly db: TestDatabase;
  /** Another workspace with a key of its own. */
  otherWorkspace(): Promise<{ workspaceId: string; apiKey: string; caller: TestCaller }>;
  /** Signs in and returns the session's cookie. */
  signIn(): Promise<string>;
  close(): Promise<void>;
}

export interface TestApiOptions {
  readonly environment?: Record<string, string>;
  readonly deps?: Partial<ApiDeps>;
  readonly logger?: Logger;
  /** Told what the API opened, for tests of its routes. */
  readonly onDeps?: (deps: ApiDeps) => void;
}

/** The whole API in this process over a database, Redis keys and a directory of its own. */
export async function startTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const db = await testDatabase();
  const directory = await mkdtemp(join(tmpdir(), "reelay-api-"));
  const port = await freePort();
  const redis = testRedis();
  const config = parseConfig({
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DATABASE_URL: db.url,
    DATABASE_MAX_CONNECTIONS: "6",
    REDIS_URL: redis.url,
    REDIS_KEY_PREFIX: redis.keyPrefix,
    STORAGE_DIRECTORY: directory,
    TOKEN_ENCRYPTION_KEYS: `test:${randomBytes(32).toString("base64")}`,
    BETTER_AUTH_SECRET: randomBytes(32).toString("hex"),
    TIKTOK_CLIENT_KEY: "test-client-key",
    TIKTOK_CLIENT_SECRET: "test-client-secret",
    TIKTOK_WWW_URL: "http://127.0.0.1:1",
    TIKTOK_API_URL: "http://127.0.0.1:1",
    ...options.environment,
  });
  const api = await start(config, { logger: options.logger ?? silentLogger, ...options.deps });
  options.onDeps?.(api.deps);
  if (!api.firstLogin) throw new Error("the first start of a new database made no login");
  const { apiKey, workspaceId, email, password } = api.firstLogin;
  return {
    url: config.PUBLIC_URL,
    workspaceId,
    apiKey,
    login: { email, password },
    caller: testCaller(config.PUBLIC_URL, apiKey),
    db,
    async otherWorkspace() {
      const other = await addWorkspace(db);
      return { ...other, caller: testCaller(config.PUBLIC_URL, other.apiKey) };
    },
    signIn: () => signIn(config.PUBLIC_URL, { email, password }),
    async close() {
      await api.stop();
      await db.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

// What identity will do itself once workspaces can be made: an organization with a key, stored as its hash.
async function addWorkspace(db: TestDatabase): Promise<{ workspaceId: string; apiKey: string }> {
  const workspaceId = newId();
  const apiKey = `rly_${randomBytes(48).toString("base64url")}`;
  const hash = createHash("sha256").update(apiKey).digest("base64url");
  await db.sql("insert into organization (id, name, slug, created_at) values ($1, 'Other', $2, now())", [workspaceId, `other-${workspaceId}`]);
  await db.sql("insert into workspaces (id, name) values ($1, 'Other')", [workspaceId]);
  await db.sql(
    `insert into apikey (id, reference_id, key, enabled, rate_limit_enabled, created_at, updated_at) values ($1, $2, $3, true, false, now(), now())`,
    [newId(), workspaceId, hash],
  );
  return { workspaceId, apiKey };
}

async function signIn(url: string, login: { email: string; password: string }): Promise<string> {
  const answer = await fetch(`${url}/api/identity/sign-in/email`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: JSON.stringify(login),
  });
  const cookie = answer.headers.getSetCookie().map((line) => line.split(";")[0]);
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`signing in answered ${answer.status}`);
  return cookie.join("; ");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
