import { deleteOld, expireMedia, expireRenditions, findUnusedMedia, keptTables } from "@reelay/database";
import { completed, type Handler } from "@reelay/jobs";
import type { ConversionDeps } from "./deps.ts";

type Deps = Pick<ConversionDeps, "database" | "storage">;

const batch = 500;

/** Deletes what was kept long enough: rows by their age, media and renditions by their last use. */
export function createSweepRetention(deps: Deps): Handler<Record<string, never>> {
  return async (_payload, context) => {
    const { signal } = context;
    for (const table of keptTables) context.set({ [`${table}_deleted`]: await deleteAll(deps, table, signal) });
    context.set({ media_expired: await expireUnused(deps, signal) });
    context.set({ renditions_expired: await expireAllRenditions(deps, signal) });
    return completed;
  };
}

async function deleteAll({ database }: Deps, table: string, signal: AbortSignal): Promise<number> {
  for (let deleted = 0; ;) {
    signal.throwIfAborted();
    const now = await deleteOld(database, table, batch);
    deleted += now;
    if (now < batch) return deleted;
  }
}

async function expireUnused(deps: Deps, signal: AbortSignal): Promise<number> {
  let afterId: string | null = null;
  for (let expired = 0; ;) {
    const ids = await findUnusedMedia(deps.database, { afterId, limit: batch });
    for (const id of ids) {
      signal.throwIfAborted();
      const keys = await expireMedia(deps.database, id);
      await removeAll(deps, keys);
      if (keys.length > 0) expired += 1;
    }
    afterId = ids.at(-1) ?? null;
    if (ids.length < batch) return expired;
  }
}

async function expireAllRenditions(deps: Deps, signal: AbortSignal): Promise<number> {
  for (let expired = 0; ;) {
    signal.throwIfAborted();
    const now = await expireRenditions(deps.database, batch);
    await removeAll(deps, now.storageKeys);
    expired += now.expired;
    if (now.expired < batch) return expired;
  }
}

// The rows are gone; bytes that stay because the disk fails here are orphans, which the sweep of the storage removes.
async function removeAll({ storage }: Deps, keys: readonly string[]): Promise<void> {
  await Promise.allSettled(keys.map((key) => storage.remove(key)));
}
