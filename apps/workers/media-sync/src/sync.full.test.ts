import { test } from "@jest/globals";
import { expectSynced } from "./testing/expect-synced.ts";
import { syncThroughKill } from "./testing/sync-through-kill.ts";

test("200 accounts of 120 videos are synced within the platform's limits, through a kill half-way, each page once", async () => {
  const wish = { accounts: 200, videos: 120, killAtPages: 600, limitMs: 600_000 };
  expectSynced(await syncThroughKill(wish), wish);
}, 1_500_000);
