import { findOrphanedKeys } from "@reelay/database";
import { completed, type Handler } from "@reelay/jobs";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ConversionDeps } from "./deps.ts";

type Deps = Pick<ConversionDeps, "database" | "storage" | "temporaryDirectory">;

const batch = 500;
/** What media, renditions and library posts point at; other objects have other owners. */
const prefixes = ["media/", "renditions/", "covers/"];
/** Younger ones may belong to a row that is not committed yet, and no job runs as long. */
const abandonedAfterMs = 24 * 60 * 60_000;

/** Removes what processes that died left behind: bytes that nothing points at, unfinished objects, directories of jobs. */
export function createSweepStorage(deps: Deps): Handler<Record<string, never>> {
  return async (_payload, context) => {
    const before = Date.now() - abandonedAfterMs;
    const orphans = await removeOrphans(deps, before, context.signal);
    const directories = await removeDirectories(deps.temporaryDirectory, before);
    const unfinished = await deps.storage.sweepTemporary(abandonedAfterMs);
    context.set({ orphans_removed: orphans, directories_removed: directories, unfinished_removed: unfinished });
    return completed;
  };
}

async function removeOrphans(deps: Deps, before: number, signal: AbortSignal): Promise<number> {
  let removed = 0;
  let keys: string[] = [];
  const removeUnneeded = async () => {
    for (const key of await findOrphanedKeys(deps.database, keys)) {
      await deps.storage.remove(key);
      removed += 1;
    }
    keys = [];
  };
  for (const prefix of prefixes) {
    for await (const { key, modifiedAt } of deps.storage.list(prefix)) {
      signal.throwIfAborted();
      if (modifiedAt.getTime() < before) keys.push(key);
      if (keys.length >= batch) await removeUnneeded();
    }
  }
  if (keys.length > 0) await removeUnneeded();
  return removed;
}

async function removeDirectories(parent: string, before: number): Promise<number> {
  let removed = 0;
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined || found.mtimeMs >= before) continue;
    await rm(path, { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}
