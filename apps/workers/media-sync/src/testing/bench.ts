import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countLosses, createGrants, loseAccount, openSync, placeHold, type Database } from "@reelay/database";
import {
  createConnectedAccount,
  createWorkspace,
  testDatabase,
  testVault,
  type TestDatabase,
} from "@reelay/database/testing";
import { createAccessToken, createRefreshGrant } from "@reelay/flows";
import { syncAccount, type JobContext, type Outcome } from "@reelay/jobs";
import { performJob } from "@reelay/jobs/testing";
import { createPlatforms, createTiktok } from "@reelay/platforms";
import { createTimes, type Times } from "@reelay/runtime";
import { createSimulator, type Simulator, type SimulatorOptions, type SimVideo } from "@reelay/simulator";
import { openDiskStorage } from "@reelay/storage";
import { syncBudgets, type SyncDeps } from "../deps.ts";
import { createSyncAccount } from "../sync-account.ts";

export interface TestCreator {
  readonly workspaceId: string;
  readonly accountId: string;
  readonly openId: string;
}

export interface LibraryRow {
  readonly id: string;
  readonly platform_post_id: string;
  readonly publication_id: string | null;
  readonly caption: string;
  readonly permalink: string | null;
  readonly duration_ms: number | null;
  readonly views: string | null;
  readonly likes: string | null;
  readonly comments: string | null;
  readonly shares: string | null;
  readonly published_at: Date;
  readonly disappeared_at: Date | null;
  readonly cover_storage_key: string | null;
  readonly cover_url: string | null;
  readonly cover_tries: number;
}

export interface RunRow {
  readonly id: string;
  readonly state: string;
  readonly cursor: string | null;
  readonly cached: number;
  readonly updated: number;
  readonly failed: number;
  readonly failure: { code: string } | null;
  readonly pages: number;
  readonly tries: number;
  readonly next_at: Date | null;
  readonly walk_since: Date | null;
  readonly night: number;
  readonly sync_ids: string[];
}

export interface Bench {
  readonly db: TestDatabase;
  readonly database: Database;
  readonly simulator: Simulator;
  readonly deps: SyncDeps;
  /** A creator with so many videos, newest first, an hour apart, connected in a workspace of its own unless given. */
  connect(wish?: { videos?: number; workspaceId?: string; scopes?: readonly string[] }): Promise<TestCreator>;
  videos(creator: TestCreator): readonly SimVideo[];
  /** A whole sync as somebody asks for it. */
  open(creator: TestCreator): Promise<string>;
  /** One try of a run. */
  attempt(
    run: { runId: string; workspaceId: string },
    change?: Partial<SyncDeps>,
    context?: Partial<JobContext>,
  ): Promise<Outcome>;
  /** Opens a sync and lets it run to its end. */
  sync(creator: TestCreator): Promise<RunRow>;
  run(runId: string): Promise<RunRow>;
  posts(creator: TestCreator): Promise<LibraryRow[]>;
  pages(creator: TestCreator): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** Leases of real length, which tests move by SQL, and waits of milliseconds. */
const testTimes: Times = { ...createTimes(0.001), scale: (ms) => (ms >= 60_000 ? ms : 1), callTimeout: () => 20_000 };

/** Postgres, disk and TikTok for real; the worker's handlers are driven by hand. */
export async function createBench(options: Partial<SimulatorOptions> = {}): Promise<Bench> {
  const [db, directory] = await Promise.all([testDatabase(), mkdtemp(join(tmpdir(), "reelay-sync-"))]);
  const { database } = db;
  const simulator = await createSimulator({ directory: join(directory, "simulator"), mediaCheck: false, ...options });
  const vault = testVault();
  const storage = await openDiskStorage({ directory: join(directory, "storage") });
  const deps = depsOf({ database, simulator, storage, grants: createGrants({ database, vault }) });
  const { world } = simulator;
  const run = async (runId: string) => {
    const [row] = await db.sql<RunRow>("select * from sync_runs where id = $1", [runId]);
    if (!row) throw new Error(`no run ${runId}`);
    return row;
  };
  const open = async ({ workspaceId, accountId }: TestCreator) => {
    const opened = await openSync(database, { workspaceId, accountId, platform: "tiktok", night: 1 });
    const [runId] = opened?.runIds ?? [];
    if (runId === undefined) throw new Error("no run was opened");
    return runId;
  };
  const attempt: Bench["attempt"] = (payload, change = {}, context = {}) =>
    performJob(syncAccount, createSyncAccount({ ...deps, ...change }), payload, context);
  return {
    db,
    database,
    simulator,
    deps,
    run,
    open,
    attempt,
    async connect({ videos = 0, workspaceId, scopes } = {}) {
      const { openId } = world.addAccount({ username: `creator.${randomBytes(4).toString("hex")}`, followers: 1_234 });
      if (videos > 0) world.videos.seed(openId, { count: videos, newestAtMs: Date.now() - 60_000, everyMs: 3_600_000 });
      const granted = scopes ?? world.app.scopes;
      const tokens = world.grant(openId, granted);
      const inWorkspace = workspaceId ?? (await createWorkspace(database)).workspaceId;
      const { accountId } = await createConnectedAccount(
        { database, vault },
        {
          workspaceId: inWorkspace,
          externalId: openId,
          scopes: granted,
          tokens: {
            accessToken: tokens.accessToken,
            refreshToken: tokens.refreshToken,
            accessExpiresInMs: tokens.expiresIn * 1000,
            refreshExpiresInMs: tokens.refreshExpiresIn * 1000,
          },
        },
      );
      return { workspaceId: inWorkspace, accountId, openId };
    },
    videos: ({ openId }) => world.videos.of(openId),
    async sync(creator) {
      const runId = await open(creator);
      for (let tries = 0; tries < 50; tries += 1) {
        await attempt({ runId, workspaceId: creator.workspaceId });
        const row = await run(runId);
        if (row.state === "done" || row.state === "failed") return row;
        await db.sql("update sync_runs set next_at = now() where id = $1", [runId]);
      }
      throw new Error("the sync does not end");
    },
    posts: ({ accountId }) =>
      db.sql<LibraryRow>(
        "select * from library_posts where account_id = $1 order by published_at desc, platform_post_id",
        [accountId],
      ),
    pages: ({ openId }) => world.pageReads.all[openId] ?? {},
    async close() {
      await simulator.close();
      await db.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function depsOf(
  given: Pick<SyncDeps, "database" | "storage"> & { simulator: Simulator; grants: ReturnType<typeof createGrants> },
): SyncDeps {
  const { database, storage, grants, simulator } = given;
  const { world, wwwUrl, apiUrl, uploadUrl } = simulator;
  const { clientKey, clientSecret } = world.app;
  const times = testTimes;
  const uploadHosts = [new URL(uploadUrl).host];
  const platforms = createPlatforms([createTiktok({ clientKey, clientSecret, wwwUrl, apiUrl, uploadHosts, times })]);
  const refreshGrant = createRefreshGrant({
    grants,
    platforms,
    times,
    accounts: { lose: (loss) => loseAccount(database, loss), countLosses: (query) => countLosses(database, query) },
    holds: { place: (hold) => placeHold(database, hold) },
  });
  return {
    database,
    storage,
    platforms,
    times,
    queues: { enqueue: async () => undefined },
    accessToken: createAccessToken({ grants, refreshGrant }),
    budgets: syncBudgets,
    rules: { cron: "0 3 * * *", timeZone: "UTC" },
    atPoint: async () => undefined,
    now: () => new Date(),
  };
}
