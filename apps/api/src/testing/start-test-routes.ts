import { readdir } from "node:fs/promises";
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
    stop: () => api.close(),
  };
}
