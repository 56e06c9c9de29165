import { until } from "@reelay/runtime/testing";
import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createVault } from "@reelay/database";
import { createConnectedAccount, createWorkspace, testDatabase, testRedis } from "@reelay/database/testing";
import { createSimulator, type Simulator } from "@reelay/simulator";

export interface ThroughKill {
  readonly accounts: number;
  readonly videos: number;
  /** Pages that were read when the worker is killed. */
  readonly killAtPages: number;
  readonly limitMs: number;
}

export interface SyncedAccount {
  readonly openId: string;
  /** The platform's own, newest first. */
  readonly real: readonly string[];
  /** What the library holds, newest first. */
  readonly synced: readonly string[];
  /** Reads of each page. */
  readonly reads: readonly number[];
  readonly profileReads: number;
}

export interface Outcome {
  readonly accounts: readonly SyncedAccount[];
  readonly violations: number;
  readonly runs: readonly { state: string; cached: number; pages: number }[];
  readonly snapshots: number;
  readonly covers: number;
}

const root = fileURLToPath(new URL("../../../../..", import.meta.url));

/** New accounts of a simulated TikTok with its limits on, synced by a worker process that is killed on its way, and by another. */
export async function syncThroughKill(wish: ThroughKill): Promise<Outcome> {
  const [db, directory] = await Promise.all([testDatabase(), mkdtemp(join(tmpdir(), "reelay-sync-"))]);
  const simulator = await createSimulator({ directory: join(directory, "simulator"), mediaCheck: false });
  const key = randomBytes(32);
  const { world } = simulator;
  let worker: ChildProcess | null = null;
  try {
    const vault = createVault([{ id: "test", key }]);
    const openIds = await connectAll(simulator, { database: db.database, vault }, wish);
    const redis = testRedis();
    const env = {
      PATH: process.env["PATH"],
      DATABASE_URL: db.url,
      REDIS_URL: redis.url,
      REDIS_KEY_PREFIX: redis.keyPrefix,
      STORAGE_DIRECTORY: join(directory, "storage"),
      TOKEN_ENCRYPTION_KEYS: `test:${key.toString("base64")}`,
      TIKTOK_CLIENT_KEY: world.app.clientKey,
      TIKTOK_CLIENT_SECRET: world.app.clientSecret,
      TIKTOK_WWW_URL: simulator.wwwUrl,
      TIKTOK_API_URL: simulator.apiUrl,
      TIME_SCALE: "0.1",
      LOG_LEVEL: "error",
    };
    worker = startWorker(env);
    await world.waitFor(() => pagesRead(simulator) >= wish.killAtPages, wish.limitMs);
    await end(worker, "SIGKILL");
    worker = startWorker(env);
    await until(async () => (await db.sql("select 1 from sync_runs where state = 'done'")).length === wish.accounts, {
      limitMs: wish.limitMs,
    });
    await until(
      async () =>
        (await db.sql("select 1 from library_posts where cover_url is not null and cover_tries < 3")).length === 0,
      { limitMs: wish.limitMs },
    );
    const rows = await db.sql<{ external_id: string; post: string }>(`
      select a.external_id, concat_ws(' ', l.platform_post_id, l.views, l.likes, l.comments, l.shares) as post
      from library_posts l join social_accounts a on a.id = l.account_id where l.disappeared_at is null order by l.published_at desc`);
    const [count] = await db.sql<{
      snapshots: number;
      covers: number;
    }>(`select (select count(*)::int from metric_snapshots) as snapshots,
      (select count(*)::int from library_posts where cover_storage_key is not null) as covers`);
    return {
      accounts: openIds.map((openId) => ({
        openId,
        real: world.videos
          .of(openId)
          .map(({ id, views, likes, comments, shares }) => [id, views, likes, comments, shares].join(" ")),
        synced: rows.filter(({ external_id }) => external_id === openId).map(({ post }) => post),
        reads: Object.values(world.pageReads.all[openId] ?? {}),
        profileReads: world.calls.filter((call) => call.endpoint === "user_info" && call.openId === openId).length,
      })),
      violations: world.violations,
      runs: await db.sql("select state, cached, pages from sync_runs"),
      snapshots: count?.snapshots ?? 0,
      covers: count?.covers ?? 0,
    };
  } finally {
    if (worker) await end(worker, "SIGTERM");
    await simulator.close();
    await db.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function connectAll(
  { world }: Simulator,
  deps: Parameters<typeof createConnectedAccount>[0],
  { accounts, videos }: ThroughKill,
): Promise<string[]> {
  const { workspaceId } = await createWorkspace(deps.database);
  const openIds: string[] = [];
  for (let at = 0; at < accounts; at += 1) {
    const { openId } = world.addAccount({ username: `creator.${at}` });
    world.videos.seed(openId, { count: videos, newestAtMs: Date.now() - 60_000, everyMs: 3_600_000 });
    const minted = world.grant(openId);
    const tokens = {
      accessToken: minted.accessToken,
      refreshToken: minted.refreshToken,
      accessExpiresInMs: minted.expiresIn * 1000,
      refreshExpiresInMs: minted.refreshExpiresIn * 1000,
    };
    await createConnectedAccount(deps, { workspaceId, externalId: openId, scopes: world.app.scopes, tokens });
    openIds.push(openId);
  }
  return openIds;
}

function pagesRead({ world }: Simulator): number {
  return Object.values(world.pageReads.all).reduce((sum, pages) => sum + Object.keys(pages).length, 0);
}

function startWorker(env: Record<string, string | undefined>): ChildProcess {
  const main = join(root, "apps/workers/media-sync/src/main.ts");
  const flags = ["--conditions=@reelay/source", "--no-warnings", "--import", "tsx"];
  return spawn(process.execPath, [...flags, main], { cwd: root, env, stdio: ["ignore", "ignore", "inherit"] });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}
