import { savePage, saveProfile, type ListedPost, type SyncRun } from "@reelay/database";
import { Failure, isWalkedFarEnough, tiktokSync } from "@reelay/domain";
import type { JobContext } from "@reelay/jobs";
import type { MediaItem, MediaPage } from "@reelay/platforms";
import { createCallPlatform } from "./call-platform.ts";
import { leaseMs, syncScopes, type SyncDeps } from "./deps.ts";
import { endingOf, Ends, later, type Ending } from "./ending.ts";

/** So that an account with very many posts does not keep others waiting. */
const pagesAtOnce = 100;
/** Before the platform's own time, so that a fetch may end. */
const coverMarginMs = 10 * 60_000;

export interface Walked {
  readonly pages: number;
  readonly inserted: number;
  readonly updated: number;
}

/** Reads the account's profile, then page after page from the stored cursor on, each stored before the next is asked for. */
export async function walk(
  deps: SyncDeps,
  run: SyncRun,
  context: JobContext,
): Promise<{ ending: Ending; walked: Walked }> {
  const walked = { pages: 0, inserted: 0, updated: 0 };
  try {
    return { ending: await readAll(deps, run, context, walked), walked };
  } catch (error) {
    if (error instanceof Ends) return { ending: error.ending, walked };
    if (!(error instanceof Failure)) throw error;
    const ending = context.signal.aborted
      ? later(0, "interrupted")
      : endingOf(error, { tries: triesOf(run, walked) }, deps.times);
    return { ending, walked };
  }
}

async function readAll(
  deps: SyncDeps,
  run: SyncRun,
  context: JobContext,
  walked: { -readonly [Key in keyof Walked]: Walked[Key] },
): Promise<Ending> {
  checkAccount(run);
  const platform = deps.platforms.for(run.platform);
  const callPlatform = createCallPlatform(deps, run, context.signal);
  if (!run.hasProfile) {
    const profile = await callPlatform("user_info", (token) => platform.profile(token, run.scopes, context.signal));
    await saveProfile(deps.database, run, profile);
  }
  let { cursor } = run;
  for (;;) {
    if (context.stopping.aborted) return later(0, "stopping");
    if (walked.pages === pagesAtOnce) return later(0, "others");
    const page = await callPlatform("video_list", (token) => platform.listMedia(token, cursor, context.signal));
    await deps.atPoint("page-read");
    const saved = await savePage(deps.database, run, {
      posts: page.items.map((item) => postOf(item, deps.now())),
      nextCursor: page.nextCursor,
      leaseMs: deps.times.scale(leaseMs),
      mayEnd: (since) => isWalkedFarEnough(oldestOf(page), since),
    });
    if (!saved) return { next: "lost" };
    walked.pages += 1;
    walked.inserted += saved.inserted;
    walked.updated += saved.updated;
    await deps.atPoint("page-saved");
    if (saved.isOver) return { next: "done" };
    cursor = page.nextCursor;
  }
}

function checkAccount(run: SyncRun): void {
  if (run.accountState !== "connected") throw new Failure("account_not_connected");
  const needed = syncScopes.find(({ platform }) => platform === run.platform)?.scope;
  if (needed !== undefined && !run.scopes.includes(needed)) throw new Failure("scope_missing");
}

/** A page that was stored begins the count anew. */
function triesOf(run: SyncRun, walked: Walked): number {
  return walked.pages > 0 ? 0 : run.tries;
}

function oldestOf(page: MediaPage): Date | null {
  return page.items.at(-1)?.publishedAt ?? null;
}

function postOf({ coverUrl, ...item }: MediaItem, now: Date): ListedPost {
  const isCover = coverUrl !== null && URL.canParse(coverUrl);
  const until = new Date(now.getTime() + tiktokSync.coverUrlLifeMs - coverMarginMs);
  // Each answer signs the address anew; the path stays as long as the picture does.
  return { ...item, cover: isCover ? { url: coverUrl, until, source: new URL(coverUrl).pathname } : null };
}
