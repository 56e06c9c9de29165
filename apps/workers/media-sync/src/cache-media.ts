import { claimCovers, giveBackCovers, saveCovers, type WantedCover } from "@reelay/database";
import { Failure } from "@reelay/domain";
import { completed, snoozed, type Handler, type JobContext } from "@reelay/jobs";
import type { SyncDeps } from "./deps.ts";
import { fetchCover } from "./fetch-cover.ts";

const coversAtOnce = 16;
const claimMs = 120_000;
const againAfterMs = 60_000;

type Deps = Pick<SyncDeps, "database" | "storage" | "platforms" | "times">;
interface Fetched {
  readonly cover: WantedCover;
  readonly storageKey: string | null;
  readonly error: unknown;
}

/** Fetches the covers of an account that are wanted, while their addresses live. A cover that fails harms nothing else. */
export function createCacheMedia(deps: Deps): Handler<{ accountId: string; workspaceId: string }> {
  return async ({ accountId, workspaceId }, context) => {
    context.set({ account_id: accountId });
    let stored = 0;
    let failed = 0;
    for (;;) {
      if (context.stopping.aborted) return snoozed(0, "stopping");
      const wish = { accountId, workspaceId, limit: coversAtOnce, leaseMs: deps.times.scale(claimMs) };
      const covers = await claimCovers(deps.database, wish);
      if (covers.length === 0) return completed;
      const fetched = await Promise.all(covers.map((cover) => fetchOne(deps, cover, workspaceId, context)));
      stored += await keep(deps, workspaceId, fetched);
      failed += fetched.filter(({ storageKey }) => storageKey === null).length;
      context.set({ covers_stored: stored, covers_failed: failed });
      stopOnOurs(fetched);
    }
  };
}

async function fetchOne(deps: Deps, cover: WantedCover, workspaceId: string, { signal }: JobContext): Promise<Fetched> {
  try {
    return { cover, storageKey: await fetchCover(deps, cover, { workspaceId, signal }), error: null };
  } catch (error) {
    return { cover, storageKey: null, error };
  }
}

/** Names what was stored, gives back what was not, and removes pictures that were replaced. */
async function keep(
  { database, storage, times }: Deps,
  workspaceId: string,
  fetched: readonly Fetched[],
): Promise<number> {
  const stored = fetched.flatMap(({ cover, storageKey }) =>
    storageKey === null ? [] : [{ postId: cover.postId, source: cover.source, storageKey, before: cover.storageKey }],
  );
  const taken = await saveCovers(database, workspaceId, stored);
  for (const counts of [true, false]) {
    const postIds = fetched
      .filter(({ storageKey, error }) => storageKey === null && !isOurs(error) === counts)
      .map(({ cover }) => cover.postId);
    await giveBackCovers(database, workspaceId, { postIds, counts, afterMs: times.scale(againAfterMs) });
  }
  for (const { postId, storageKey, before } of stored) {
    if (!taken.has(postId)) await storage.remove(storageKey);
    else if (before !== null && before !== storageKey) await storage.remove(before);
  }
  return taken.size;
}

/** A full disk is no fault of the cover, and the next one would fail as well. */
function isOurs(error: unknown): boolean {
  return error instanceof Failure && (error.code === "storage_full" || error.code === "storage_unavailable");
}

function stopOnOurs(fetched: readonly Fetched[]): void {
  const ours = fetched.find(({ error }) => isOurs(error));
  if (ours) throw ours.error;
}
