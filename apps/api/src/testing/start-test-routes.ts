import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { createConnectedAccount, type TestDatabase } from "@reelay/database/testing";
import type { CreatorOptions, Platform } from "@reelay/platforms";
import type { ApiDeps } from "../deps.ts";
import { startTestApi } from "./start-test-api.ts";

export interface TestRoutes {
  readonly url: string;
  readonly db: TestDatabase;
  /** What TikTok says of every account, and whether it says anything. */
  readonly creator: { privacyLevels: string[]; maxVideoDurationMs: number; fails: Error | null };
  /** A workspace with a connected account. */
  newWorkspace(): Promise<{ workspaceId: string; accountId: string; key: string }>;
  /** Every stored or half-stored file. */
  files(): Promise<string[]>;
  /** Of the storage. */
  readonly directory: string;
  /** Bytes that are there of the upload of a path. */
  stagedBytes(path: string): Promise<number>;
  /** The sha256 of an object. */
  storedDigest(storageKey: string): Promise<string>;
  stop(): Promise<void>;
}

/** The whole API, with a TikTok that only answers what accounts may post. */
export async function startTestRoutes(environment: Record<string, string> = {}): Promise<TestRoutes> {
  const creator: TestRoutes["creator"] = {
    privacyLevels: ["SELF_ONLY", "PUBLIC_TO_EVERYONE"],
    maxVideoDurationMs: 600_000,
    fails: null,
  };
  const creatorOptions = async (): Promise<CreatorOptions> => {
    if (creator.fails) throw creator.fails;
    const abilities = { commentDisabled: false, duetDisabled: false, stitchDisabled: false };
    return { ...creator, ...abilities, handle: "maker", displayName: "Maker", avatarUrl: null };
  };
  const tiktok = { name: "tiktok", creatorOptions } as unknown as Platform;
  let opened: ApiDeps | null = null;
  const api = await startTestApi({
    environment,
    deps: { platforms: { for: () => tiktok } },
    onDeps: (deps) => (opened = deps),
  });
  const deps = opened as ApiDeps | null;
  if (!deps) throw new Error("the API told nothing of what it opened");
  return {
    url: api.url,
    db: api.db,
    creator,
    async newWorkspace() {
      const { workspaceId, apiKey } = await api.otherWorkspace();
      const { accountId } = await createConnectedAccount(deps, { workspaceId });
      return { workspaceId, accountId, key: apiKey };
    },
    async files() {
      const entries = await readdir(deps.config.STORAGE_DIRECTORY, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    },
    directory: deps.config.STORAGE_DIRECTORY,
    async stagedBytes(path) {
      const id = path.split("/").at(-1) ?? "";
      const staged = (await readdir(join(deps.config.STORAGE_DIRECTORY, "uploads"), { recursive: true })).find((name) =>
        name.endsWith(`/${id}`),
      );
      return staged === undefined ? 0 : (await stat(join(deps.config.STORAGE_DIRECTORY, "uploads", staged))).size;
    },
    async storedDigest(storageKey) {
      const bytes = await readFile(join(deps.config.STORAGE_DIRECTORY, "objects", storageKey));
      return createHash("sha256").update(bytes).digest("hex");
    },
    stop: () => api.close(),
  };
}
