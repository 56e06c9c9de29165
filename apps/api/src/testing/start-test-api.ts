import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId } from "@reelay/database";
import { testDatabase, testRedis, type TestDatabase } from "@reelay/database/testing";
import { silentLogger, type Logger } from "@reelay/runtime";
import { createSimulator, type SimAccount, type Simulator } from "@reelay/simulator";
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
  readonly simulator: Simulator;
  /** Starts another API process with these. */
  readonly environment: Readonly<Record<string, string>>;
  /** Connects a TikTok account, a new one unless it is named, through the API as an application would. */
  connectAccount(as?: { caller?: TestCaller; account?: SimAccount; externalId?: string }): Promise<string>;
  /** Another workspace with a key of its own. */
  otherWorkspace(): Promise<{ workspaceId: string; apiKey: string; caller: TestCaller }>;
  /** Signs in and returns the session's cookie. */
  signIn(): Promise<string>;
  close(): Promise<void>;
}

export interface TestApiOptions {
  readonly environment?: Record<string, string> | ((base: Record<string, string>) => Record<string, string>);
  readonly deps?: Partial<ApiDeps>;
  readonly logger?: Logger;
  /** Told what the API opened, for tests of its routes. */
  readonly onDeps?: (deps: ApiDeps) => void;
}

/** The whole API in this process over a database, Redis keys, a directory and a simulated TikTok of its own. */
export async function startTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const db = await testDatabase();
  const directory = await mkdtemp(join(tmpdir(), "reelay-api-"));
  const simulator = await createSimulator({
    directory: join(directory, "simulator"),
    autoConsent: true,
    app: { redirectUris: ["http://127.0.0.1:*/tiktok-callback"] },
  });
  const closeAll = async () => {
    await simulator.close();
    await db.close();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const base = await testEnvironment(db, directory, simulator);
    const environment = {
      ...base,
      ...(typeof options.environment === "function" ? options.environment(base) : options.environment),
    };
    const config = parseConfig(environment);
    const api = await start(config, { logger: options.logger ?? silentLogger, ...options.deps });
    options.onDeps?.(api.deps);
    if (!api.firstLogin) throw new Error("the first start of a new database made no login");
    const { apiKey, workspaceId, email, password } = api.firstLogin;
    const caller = testCaller(config.PUBLIC_URL, apiKey);
    return {
      url: config.PUBLIC_URL,
      workspaceId,
      apiKey,
      login: { email, password },
      caller,
      db,
      simulator,
      environment,
      connectAccount: (as = {}) => connectAccount(simulator, { caller, ...as }),
      async otherWorkspace() {
        const other = await addWorkspace(db);
        return { ...other, caller: testCaller(config.PUBLIC_URL, other.apiKey) };
      },
      signIn: () => signIn(config.PUBLIC_URL, { email, password }),
      async close() {
        await api.stop();
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function testEnvironment(
  db: TestDatabase,
  directory: string,
  simulator: Simulator,
): Promise<Record<string, string>> {
  const port = String(await freePort());
  const redis = testRedis();
  return {
    PORT: port,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DATABASE_URL: db.url,
    DATABASE_MAX_CONNECTIONS: "6",
    REDIS_URL: redis.url,
    REDIS_KEY_PREFIX: redis.keyPrefix,
    STORAGE_DIRECTORY: join(directory, "media"),
    TOKEN_ENCRYPTION_KEYS: `test:${randomBytes(32).toString("base64")}`,
    BETTER_AUTH_SECRET: randomBytes(32).toString("hex"),
    TIKTOK_CLIENT_KEY: simulator.world.app.clientKey,
    TIKTOK_CLIENT_SECRET: simulator.world.app.clientSecret,
    TIKTOK_WWW_URL: simulator.wwwUrl,
    TIKTOK_API_URL: simulator.apiUrl,
    TIKTOK_UPLOAD_HOSTS: new URL(simulator.uploadUrl).host,
  };
}

async function connectAccount(
  simulator: Simulator,
  as: { caller: TestCaller; account?: SimAccount; externalId?: string },
): Promise<string> {
  const account = as.account ?? simulator.world.addAccount({ username: `maker.${simulator.world.accounts.size}` });
  const owner = as.externalId === undefined ? "" : `?externalId=${encodeURIComponent(as.externalId)}`;
  const started = await as.caller.fetch(`/api/auth/tiktok-oauth${owner}`, { headers: { accept: "application/json" } });
  const { authorizeUrl, state } = (await started.json()) as { authorizeUrl: string; state: string };
  const code = consentAs(simulator, account, authorizeUrl);
  const finished = await as.caller.get(`/api/auth/tiktok-callback?${new URLSearchParams({ state, code })}`);
  if (finished.status !== 200) throw new Error(`connecting answered ${finished.status}`);
  return String(finished.body.account.id);
}

/** What the creator's click on TikTok's page gives the application. */
export function consentAs(simulator: Simulator, account: SimAccount, authorizeUrl: string): string {
  const query = new URL(authorizeUrl).searchParams;
  return simulator.world.authorizeCode(account.openId, {
    redirectUri: query.get("redirect_uri") ?? "",
    codeChallenge: query.get("code_challenge"),
  });
}

// What identity will do itself once workspaces can be made: an organization with a key, stored as its hash.
async function addWorkspace(db: TestDatabase): Promise<{ workspaceId: string; apiKey: string }> {
  const workspaceId = newId();
  const apiKey = `rly_${randomBytes(48).toString("base64url")}`;
  const hash = createHash("sha256").update(apiKey).digest("base64url");
  await db.sql("insert into organization (id, name, slug, created_at) values ($1, 'Other', $2, now())", [
    workspaceId,
    `other-${workspaceId}`,
  ]);
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
