import {
  connectAccount,
  createGrants,
  createVault,
  type AccountRow,
  type Database,
  type NewTokens,
} from "@reelay/database";
import {
  createConnectedAccount,
  createPublication,
  createWorkspace,
  testDatabase,
  testRedis,
  type TestDatabase,
} from "@reelay/database/testing";
import { openQueues } from "@reelay/jobs";
import { createTimes, silentLogger, type Running } from "@reelay/runtime";
import { createSimulator, type Simulator, type SimulatorOptions } from "@reelay/simulator";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "../config.ts";
import type { AtPoint, TokenDeps } from "../deps.ts";
import { openTokenDeps } from "../open-token-deps.ts";
import { start } from "../start.ts";

export interface TestCreator {
  readonly workspaceId: string;
  readonly accountId: string;
  readonly openId: string;
}

export interface TestGrant {
  readonly access_token: string | null;
  readonly refresh_token: string | null;
  readonly version: number;
  readonly refresh_sent_at: Date | null;
}

export interface Bench {
  readonly db: TestDatabase;
  readonly database: Database;
  readonly simulator: Simulator;
  readonly redis: { url: string; keyPrefix: string };
  /** Of a refresher that runs as a process of its own. */
  readonly environment: Record<string, string>;
  /** Of a worker without a process: for one attempt at a time. */
  deps(change?: { atPoint?: AtPoint; timeScale?: number }): TokenDeps;
  /** The worker as it runs, in this process. */
  start(): Promise<Running>;
  connect(workspaceId?: string): Promise<TestCreator>;
  /** The creator consents again: the same account, with a new grant. */
  reconnect(creator: TestCreator): Promise<string>;
  publication(creator: TestCreator, dueInMs: number, sizeBytes?: number): Promise<string>;
  /** Moves the expiries, so that so much of the tokens' life is left. */
  leave(creator: TestCreator, left: { accessMs?: number; refreshMs?: number }): Promise<void>;
  account(creator: TestCreator): Promise<{ state: AccountRow["state"]; state_cause: string | null; scopes: string[] }>;
  grant(creator: TestCreator): Promise<TestGrant>;
  calls(endpoint: "token" | "revoke", openId: string): number;
  close(): Promise<void>;
}

/** Postgres, Redis and TikTok for real. */
export async function createBench(options: Partial<SimulatorOptions> & { timeScale?: number } = {}): Promise<Bench> {
  const { timeScale = 0.02, ...simulatorOptions } = options;
  const [db, directory] = await Promise.all([testDatabase(), mkdtemp(join(tmpdir(), "reelay-tokens-"))]);
  const simulator = await createSimulator({ directory, ...simulatorOptions });
  const { database } = db;
  const redis = testRedis();
  const queues = openQueues(redis);
  const key = randomBytes(32);
  const vault = createVault([{ id: "test", key }]);
  const environment = {
    DATABASE_URL: db.url,
    REDIS_URL: redis.url,
    REDIS_KEY_PREFIX: redis.keyPrefix,
    TOKEN_ENCRYPTION_KEYS: `test:${key.toString("base64")}`,
    TIKTOK_CLIENT_KEY: simulator.world.app.clientKey,
    TIKTOK_CLIENT_SECRET: simulator.world.app.clientSecret,
    TIKTOK_WWW_URL: simulator.wwwUrl,
    TIKTOK_API_URL: simulator.apiUrl,
    TIME_SCALE: String(timeScale),
    LOG_LEVEL: "error",
  };
  const config = parseConfig(environment);
  const one = async <Row extends object>(columns: string, table: string, accountId: string): Promise<Row> => {
    const id = table === "grants" ? "account_id" : "id";
    const [row] = await db.sql<Row>(`select ${columns} from ${table} where ${id} = $1`, [accountId]);
    if (!row) throw new Error(`no row of ${accountId} in ${table}`);
    return row;
  };
  const grants = createGrants({ database, vault });
  const consent = (openId: string): NewTokens => {
    const { accessToken, refreshToken, expiresIn, refreshExpiresIn } = simulator.world.grant(openId);
    return {
      accessToken,
      refreshToken,
      accessExpiresInMs: expiresIn * 1000,
      refreshExpiresInMs: refreshExpiresIn * 1000,
    };
  };
  return {
    db,
    database,
    simulator,
    redis,
    environment,
    deps: ({ atPoint = async () => undefined, timeScale: scale = timeScale } = {}) =>
      openTokenDeps(config, { database, vault, queues, times: createTimes(scale), logger: silentLogger, atPoint }),
    start: () => start(config, { logger: silentLogger }),
    async connect(known) {
      const workspaceId = known ?? (await createWorkspace(database)).workspaceId;
      const { openId } = simulator.world.addAccount({ username: `creator.${simulator.world.accounts.size}` });
      const account = { workspaceId, externalId: openId, tokens: consent(openId) };
      return { workspaceId, openId, ...(await createConnectedAccount({ database, vault }, account)) };
    },
    async reconnect({ workspaceId, openId: externalId }) {
      const account = { workspaceId, platform: "tiktok", externalId, ownerExternalId: null, scopes: [] };
      return await database.inWorkspace(workspaceId, async (tx) => {
        const id = await connectAccount(tx, account);
        await grants.replace(tx, { id, workspaceId }, consent(externalId));
        return id;
      });
    },
    publication: (creator, dueInMs, sizeBytes = 1_000) => createPublication(database, creator, { dueInMs, sizeBytes }),
    async leave({ accountId }, { accessMs, refreshMs }) {
      const move = (column: string, ms: number) =>
        db.sql(`update grants set ${column} = now() + make_interval(secs => $2) where account_id = $1`, [
          accountId,
          ms / 1000,
        ]);
      if (accessMs !== undefined) await move("access_expires_at", accessMs);
      if (refreshMs === undefined) return;
      // Its whole life stays what it was: it was obtained so much earlier.
      await db.sql(
        "update grants set obtained_at = obtained_at - (refresh_expires_at - now() - make_interval(secs => $2)) where account_id = $1",
        [accountId, refreshMs / 1000],
      );
      await move("refresh_expires_at", refreshMs);
    },
    account: ({ accountId }) => one("state, state_cause, scopes", "social_accounts", accountId),
    grant: ({ accountId }) => one("access_token, refresh_token, version, refresh_sent_at", "grants", accountId),
    calls: (endpoint, openId) =>
      simulator.world.calls.filter((call) => call.endpoint === endpoint && call.openId === openId).length,
    async close() {
      await queues.close();
      await simulator.close();
      await db.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
