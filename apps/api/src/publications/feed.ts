import { readWatched, type Database, type EventRow, type WatchedState } from "@reelay/database";
import { Failure } from "@reelay/domain";
import type { Logger } from "@reelay/runtime";

export interface Watcher {
  readonly publicationId: string;
  /** Last event it has seen. */
  afterSeq: number;
  onNews(news: { events: readonly EventRow[]; state: WatchedState }): void;
  /** The feed ends: the server stops. */
  onEnd(): void;
}

export interface PublicationFeed {
  /** Tells `watcher` what happens until the returned function is called. Throws `unavailable` when too many watch. */
  watch(watcher: Watcher): () => void;
}

const maxWatchers = 1_000;
const eventsAtOnce = 1_000;

/**
 * The live streams' one reader of a process: however many people watch, one pair of queries per `pollEveryMs`, and none
 * while nobody does.
 */
export function createPublicationFeed(deps: {
  database: Database;
  logger: Logger;
  stopping: AbortSignal;
  pollEveryMs: number;
}): PublicationFeed {
  const watchers = new Set<Watcher>();
  let timer: NodeJS.Timeout | null = null;

  function arrange(inMs: number): void {
    if (timer !== null || watchers.size === 0 || deps.stopping.aborted) return;
    timer = setTimeout(() => void read(), inMs);
    timer.unref();
  }

  async function read(): Promise<void> {
    // Whoever comes while the database answers was not asked for: hearing only the newest would skip what came before.
    const asked = [...watchers];
    try {
      const { states, events } = await readWatched(deps.database, oldestOf(asked), eventsAtOnce);
      for (const state of states) {
        const of = events.filter((event) => event.publicationId === state.publicationId);
        for (const watcher of asked)
          if (watchers.has(watcher) && watcher.publicationId === state.publicationId) tell(watcher, state, of);
      }
    } catch (error) {
      deps.logger.warn("the live feed could not read", { error });
    } finally {
      timer = null;
      arrange(deps.pollEveryMs);
    }
  }

  deps.stopping.addEventListener("abort", () => {
    if (timer !== null) clearTimeout(timer);
    for (const watcher of watchers) watcher.onEnd();
    watchers.clear();
  });

  return {
    watch(watcher) {
      if (watchers.size >= maxWatchers || deps.stopping.aborted)
        throw new Failure("unavailable", { retryAfterMs: 5_000 });
      watchers.add(watcher);
      arrange(0);
      return () => watchers.delete(watcher);
    },
  };
}

function tell(watcher: Watcher, state: WatchedState, events: readonly EventRow[]): void {
  const unseen = events.filter((event) => event.seq > watcher.afterSeq);
  watcher.afterSeq = unseen.at(-1)?.seq ?? watcher.afterSeq;
  watcher.onNews({ events: unseen, state });
}

function oldestOf(watchers: readonly Watcher[]): { publicationId: string; afterSeq: number }[] {
  const oldest = new Map<string, number>();
  for (const { publicationId, afterSeq } of watchers) {
    oldest.set(publicationId, Math.min(afterSeq, oldest.get(publicationId) ?? afterSeq));
  }
  return [...oldest].map(([publicationId, afterSeq]) => ({ publicationId, afterSeq }));
}
