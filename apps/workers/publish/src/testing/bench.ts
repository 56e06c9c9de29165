import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import {
  countLosses,
  createGrants,
  createPublicationSteps,
  createVault,
  loseAccount,
  newId,
  placeHold,
  type Database,
  type Hold,
  type Vault,
  type VaultKey,
} from "@reelay/database";
import {
  createConnectedAccount,
  createPublication,
  createWorkspace,
  testDatabase,
  testVault,
  type PublicationWish,
  type TestDatabase,
} from "@reelay/database/testing";
import { createAccessToken, createRefreshGrant } from "@reelay/flows";
import { createPlatforms, createTiktok } from "@reelay/platforms";
import { createTimes, silentLogger, type Times } from "@reelay/runtime";
import { createSimulator, type Simulator, type SimulatorOptions } from "@reelay/simulator";
import { openDiskStorage, type Storage } from "@reelay/storage";
import type { PublishDeps } from "../deps.ts";

export interface Bench {
  readonly db: TestDatabase;
  readonly database: Database;
  readonly simulator: Simulator;
  readonly storage: Storage;
  readonly storageDirectory: string;
  /** Deps of a worker of its own. */
  deps(change?: Partial<PublishDeps>): PublishDeps;
  /** A creator at the platform, connected in a workspace (a fresh one unless given). */
  connect(account?: { workspaceId?: string; scopes?: readonly string[] }): Promise<TestCreator>;
  /** A due publication of `sizeBytes` of noise. */
  publication(creator: TestCreator, wish?: Partial<PublicationWish>): Promise<TestPublication>;
  row(publicationId: string): Promise<Row>;
  close(): Promise<void>;
}

export interface TestCreator {
  readonly workspaceId: string;
  readonly accountId: string;
  readonly openId: string;
}

export interface TestPublication extends TestCreator {
  readonly publicationId: string;
  readonly sha256: string;
}

export type Row = Record<string, unknown> & {
  readonly status: string;
  readonly lane: "advance" | "check";
  readonly wait_reason: string | null;
  readonly failure: { code: string; cause?: { code: string } } | null;
  readonly init_count: number;
  readonly next_at: Date | null;
  readonly lease_until: Date | null;
};

/** Leases of real length, which tests move by SQL, and waits of milliseconds. */
export const testTimes: Times = {
  ...createTimes(0.001),
  leaseMs: 60_000,
  renewEveryMs: 20_000,
  localDeadlineMs: 45_000,
  callTimeout: () => 20_000,
};

/** Postgres, disk and TikTok for real; the worker's handlers are driven by hand. */
export async function createBench(
  options: { simulator?: Partial<SimulatorOptions>; times?: Times; key?: VaultKey } = {},
): Promise<Bench> {
  const [db, directory] = await Promise.all([testDatabase(), mkdtemp(join(tmpdir(), "reelay-publish-"))]);
  const storageDirectory = join(directory, "storage");
  const storage = await openDiskStorage({ directory: storageDirectory });
  const simulator = await createSimulator({
    directory: join(directory, "simulator"),
    mediaCheck: false,
    app: { liftLimits: true },
    ...options.simulator,
  });
  const vault = options.key ? createVault([options.key]) : testVault();
  const { database } = db;
  const times = options.times ?? testTimes;
  const files = new Map<number, Promise<StoredFile>>();
  const fileOf = (sizeBytes: number) => {
    const known = files.get(sizeBytes) ?? storeNoise(storage, sizeBytes);
    files.set(sizeBytes, known);
    return known;
  };
  return {
    db,
    database,
    simulator,
    storage,
    storageDirectory,
    deps: (change = {}) => ({
      ...depsOf({ database, vault, simulator, storage, times: change.times ?? times }),
      ...change,
    }),
    async connect(account = {}) {
      const workspaceId = account.workspaceId ?? (await createWorkspace(database)).workspaceId;
      const { openId } = simulator.world.addAccount({ username: `creator.${randomBytes(4).toString("hex")}` });
      const tokens = simulator.world.grant(openId, account.scopes);
      const { accountId } = await createConnectedAccount(
        { database, vault },
        {
          workspaceId,
          externalId: openId,
          tokens: {
            accessToken: tokens.accessToken,
            refreshToken: tokens.refreshToken,
            accessExpiresInMs: tokens.expiresIn * 1000,
            refreshExpiresInMs: tokens.refreshExpiresIn * 1000,
          },
        },
      );
      return { workspaceId, accountId, openId };
    },
    async publication(creator, wish = {}) {
      const file = await fileOf(wish.sizeBytes ?? 1_000_123);
      const publicationId = await createPublication(database, creator, { ...file, ...wish });
      return { ...creator, publicationId, sha256: file.sha256 };
    },
    async row(publicationId) {
      const [row] = await db.sql<Row>("select * from publications where id = $1", [publicationId]);
      if (!row) throw new Error(`no publication ${publicationId}`);
      return row;
    },
    async close() {
      await simulator.close();
      await db.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

interface StoredFile {
  readonly storageKey: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

async function storeNoise(storage: Storage, sizeBytes: number): Promise<StoredFile> {
  const bytes = randomBytes(sizeBytes);
  const storageKey = `renditions/${newId()}.mp4`;
  await storage.put(storageKey, Readable.from([bytes]), { signal: new AbortController().signal });
  return { storageKey, sizeBytes, sha256: createHash("sha256").update(bytes).digest("hex") };
}

function depsOf(given: {
  database: Database;
  vault: Vault;
  simulator: Simulator;
  storage: Storage;
  times: Times;
}): PublishDeps {
  const { database, simulator, storage, times, vault } = given;
  const { world, wwwUrl, apiUrl, uploadUrl } = simulator;
  const { clientKey, clientSecret } = world.app;
  const uploadHosts = [new URL(uploadUrl).host];
  const platforms = createPlatforms([createTiktok({ clientKey, clientSecret, wwwUrl, apiUrl, uploadHosts, times })]);
  const grants = createGrants({ database, vault });
  const accounts = {
    lose: (loss: Parameters<typeof loseAccount>[1]) => loseAccount(database, loss),
    countLosses: (query: Parameters<typeof countLosses>[1]) => countLosses(database, query),
  };
  const holds = { place: (hold: Hold) => placeHold(database, hold) };
  const refreshGrant = createRefreshGrant({ grants, accounts, holds, platforms, times });
  return {
    database,
    steps: createPublicationSteps({ database, vault }),
    platforms,
    storage,
    accessToken: createAccessToken({ grants, refreshGrant }),
    accounts: {
      loseForScope: (account) => accounts.lose({ ...account, cause: "scope_missing", patienceMs: 86_400_000 }),
    },
    holds,
    times,
    logger: silentLogger,
    workerId: newId(),
    atPoint: async () => undefined,
  };
}
