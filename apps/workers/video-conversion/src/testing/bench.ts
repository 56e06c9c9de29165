import { insertMedia, newId, postingRows, type Database } from "@reelay/database";
import {
  createConnectedAccount,
  createWorkspace,
  testDatabase,
  testRedis,
  testVault,
  type TestDatabase,
} from "@reelay/database/testing";
import type { StillOptions } from "@reelay/domain";
import { acceptPost, stillOptions } from "@reelay/flows";
import { openQueues } from "@reelay/jobs";
import { findFfmpeg } from "@reelay/media";
import { createOutbound } from "@reelay/outbound";
import { createTimes, silentLogger, type Running } from "@reelay/runtime";
import { openDiskStorage, type Storage } from "@reelay/storage";
import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { appendFile, copyFile, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { importRules, parseConfig } from "../config.ts";
import type { ConversionDeps } from "../deps.ts";
import { start } from "../start.ts";
import { makeTestFiles, type TestFiles } from "./files.ts";

type PostRequest = Parameters<typeof acceptPost>[1]["request"];

export interface RenditionState {
  readonly id: string;
  readonly state: string;
  readonly tries: number;
  readonly progress_percent: number;
  readonly storage_key: string | null;
  readonly sha256: string | null;
  readonly size_bytes: string | null;
  readonly duration_ms: number | null;
  readonly failure: { code: string } | null;
  readonly lease_token: number;
  readonly plan: { kind: string } | null;
  readonly media_id: string;
}

export interface TestMedia {
  readonly mediaId: string;
  readonly workspaceId: string;
  readonly storageKey: string;
  readonly sha256: string;
}

export interface Bench {
  readonly db: TestDatabase;
  readonly database: Database;
  readonly storage: Storage;
  readonly directory: string;
  readonly redis: { url: string; keyPrefix: string };
  readonly environment: Record<string, string>;
  /** How often the dispatcher was told that something is due. */
  readonly told: { due: number };
  /** Of a worker without a process: for one attempt at a time. */
  readonly deps: ConversionDeps;
  /** The worker as it runs. */
  start(change?: Record<string, string>): Promise<Running>;
  workspace(): Promise<{ workspaceId: string; accountId: string }>;
  /** A media in state `probing` whose bytes are stored. Images and videos get a tail of their own, so that no two are the same. */
  media(workspaceId: string, file: keyof TestFiles): Promise<TestMedia>;
  post(wish: {
    workspaceId: string;
    accountIds: readonly string[];
    mediaId: string;
    inMs?: number;
    still?: Partial<StillOptions>;
  }): Promise<string[]>;
  renditions(mediaId: string): Promise<RenditionState[]>;
  publication(
    id: string,
  ): Promise<{ status: string; failure: { code: string; cause?: unknown } | null; events: string[] }>;
  /** Every file of the installation and every directory of a job, as paths inside its directory. */
  files(): Promise<string[]>;
  sha256(storageKey: string): Promise<{ sha256: string; sizeBytes: number }>;
  close(): Promise<void>;
}

/** A database, a directory and Redis keys of one's own. */
export async function createBench(given: { redisUrl?: string } = {}): Promise<Bench> {
  const db = await testDatabase();
  const inputs = await mkdtemp(join(tmpdir(), "reelay-inputs-"));
  const directory = await mkdtemp(join(tmpdir(), "reelay-storage-"));
  const testFiles = await makeTestFiles(inputs);
  const storage = await openDiskStorage({ directory });
  const redis = { ...testRedis(), ...(given.redisUrl && { url: given.redisUrl }) };
  const queues = openQueues(redis);
  const { database } = db;
  const told = { due: 0 };
  const deps: ConversionDeps = {
    database,
    queues,
    storage,
    ffmpeg: await findFfmpeg({}),
    outbound: createOutbound({ allowHttp: false }),
    uploads: importRules(parseConfig({ DATABASE_URL: db.url, REDIS_URL: redis.url, STORAGE_DIRECTORY: directory })),
    notifyDue: () => void (told.due += 1),
    times: createTimes(0.1),
    temporaryDirectory: join(directory, ".converting"),
    threads: 2,
  };
  const environment = {
    DATABASE_URL: db.url,
    REDIS_URL: redis.url,
    REDIS_KEY_PREFIX: redis.keyPrefix,
    STORAGE_DIRECTORY: directory,
    TIME_SCALE: "0.1",
    LOG_LEVEL: "error",
  };
  const digest = async (path: string) => {
    const bytes = await readFile(path);
    return { sha256: createHash("sha256").update(bytes).digest("hex"), sizeBytes: bytes.length };
  };

  return {
    db,
    database,
    storage,
    directory,
    redis,
    environment,
    told,
    deps,
    start: (change) => start(parseConfig({ ...environment, ...change }), { logger: silentLogger }),
    async workspace() {
      const { workspaceId } = await createWorkspace(database);
      return { workspaceId, ...(await createConnectedAccount({ database, vault: testVault() }, { workspaceId })) };
    },
    async media(workspaceId, file) {
      const mediaId = newId();
      const copy = join(inputs, mediaId);
      await copyFile(testFiles[file], copy);
      if (!file.startsWith("cut")) await appendFile(copy, tailFor(file));
      const storageKey = `media/${workspaceId}/${mediaId}`;
      const stored = await storage.put(storageKey, createReadStream(copy), { signal: AbortSignal.timeout(10_000) });
      const isImage = file === "image" || file === "cutImage";
      await insertMedia(database, workspaceId, {
        id: mediaId,
        kind: isImage ? "image" : "video",
        fileName: file,
        contentType: isImage ? "image/jpeg" : "video/mp4",
        storageKey,
        ...stored,
      });
      return { mediaId, workspaceId, storageKey, sha256: stored.sha256 };
    },
    async post({ workspaceId, accountIds, mediaId, inMs, still }) {
      const request = postOf(mediaId, accountIds, { inMs, still });
      const { answer } = await database.inWorkspace(workspaceId, (tx) =>
        acceptPost(postingRows(tx), { workspaceId, by: { kind: "test", id: "test" }, request }),
      );
      return answer.publications.map(({ id }) => id);
    },
    renditions: (mediaId) =>
      db.sql<RenditionState>("select * from renditions where media_id = $1 order by created_at", [mediaId]),
    async publication(id) {
      const [row] = await db.sql<{ status: string; failure: { code: string } | null }>(
        "select status, failure from publications where id = $1",
        [id],
      );
      if (!row) throw new Error(`no publication ${id}`);
      const events = await db.sql<{ type: string }>(
        "select type from publication_events where publication_id = $1 order by seq",
        [id],
      );
      return { ...row, events: events.map(({ type }) => type) };
    },
    async files() {
      const jobs = await readdir(deps.temporaryDirectory).catch(() => []);
      const others = (await readdir(directory)).filter((name) => join(directory, name) !== deps.temporaryDirectory);
      const within = (path: string) => readdir(path, { recursive: true, withFileTypes: true });
      const entries = await Promise.all([
        ...others.map((name) => within(join(directory, name))),
        // A directory of a job may just be being removed.
        ...jobs.map((name) => within(join(deps.temporaryDirectory, name)).catch(() => [])),
      ]);
      const files = entries.flat().filter((entry) => entry.isFile());
      return [
        ...jobs.map((name) => relative(directory, join(deps.temporaryDirectory, name))),
        ...files.map((entry) => relative(directory, join(entry.parentPath, entry.name))),
      ];
    },
    sha256: (storageKey) => digest(join(directory, "objects", storageKey)),
    async close() {
      await queues.close();
      await db.close();
      await Promise.all([inputs, directory].map((path) => rm(path, { recursive: true, force: true })));
    },
  };
}

/** Bytes after the end that every reader skips: JPEG after its end mark, MP4 as a `free` box. */
function tailFor(file: keyof TestFiles): Buffer {
  const noise = randomBytes(16);
  if (file === "image") return noise;
  const box = Buffer.alloc(8);
  box.writeUInt32BE(8 + noise.length, 0);
  box.write("free", 4, "latin1");
  return Buffer.concat([box, noise]);
}

function postOf(
  mediaId: string,
  accountIds: readonly string[],
  { inMs, still }: { inMs?: number | undefined; still?: Partial<StillOptions> | undefined },
): PostRequest {
  const options = {
    type: "tiktok_video",
    mode: "direct",
    privacyLevel: "SELF_ONLY",
    disableComment: true,
    disableDuet: true,
    disableStitch: true,
    brandOrganicToggle: false,
    brandContentToggle: false,
    isAigc: false,
    still: stillOptions({ still }),
  } as const;
  const consent = { at: "2026-11-22T10:00:00Z", by: "user-77", musicUsage: true, brandedContent: false };
  return {
    caption: "Test",
    media: [mediaId],
    scheduledAt: inMs === undefined ? null : new Date(Date.now() + inMs),
    latePolicy: null,
    targets: accountIds.map((accountId) => ({ accountId, options, consent })),
  };
}
