import { test } from "@jest/globals";
import { expectSynced } from "./testing/expect-synced.ts";
import { syncThroughKill } from "./testing/sync-through-kill.ts";

test("a worker that is killed half-way loses nothing: another goes on at the cursors", async () => {
  const wish = { accounts: 12, videos: 65, killAtPages: 24, limitMs: 90_000 };
  expectSynced(await syncThroughKill(wish), wish);
}, 240_000);
