import { expect } from "@jest/globals";
import type { Outcome, ThroughKill } from "./sync-through-kill.ts";

/** Everything that must be true of a sync that was killed once on its way. */
export function expectSynced(outcome: Outcome, { accounts, videos }: ThroughKill): void {
  expect(outcome.violations).toBe(0);
  for (const { openId, real, synced, reads, profileReads } of outcome.accounts) {
    expect({ openId, posts: synced }).toEqual({ openId, posts: real });
    expect(reads).toHaveLength(Math.ceil(videos / 20));
    // The page in flight when the worker was killed, and no other.
    expect(reads.reduce((sum, count) => sum + count - 1, 0)).toBeLessThanOrEqual(1);
    expect(profileReads).toBeLessThanOrEqual(2);
    expect(real.every((post) => BigInt(post.split(" ")[0] ?? "") > BigInt(Number.MAX_SAFE_INTEGER))).toBe(true);
  }
  expect(outcome.accounts.filter(({ openId }) => openId.startsWith("-")).length).toBeGreaterThanOrEqual(
    Math.floor(accounts / 2),
  );
  expect(outcome.runs).toHaveLength(accounts);
  for (const run of outcome.runs) expect(run).toEqual({ state: "done", cached: videos, pages: Math.ceil(videos / 20) });
  expect(outcome.snapshots).toBe(accounts * videos);
  expect(outcome.covers).toBe(accounts * videos);
}
