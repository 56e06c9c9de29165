import { expect, test } from "@jest/globals";
import { syncSentence } from "./sync.ts";

const counts = { syncId: "019ab000", done: true, cached: 12, updated: 108, failed: 0 };

test.each([
  [counts, "Synced: 12 new, 108 updated, 0 failed."],
  [
    { ...counts, failed: 1 },
    "Synced: 12 new, 108 updated, 1 failed; `npm run reelay -- accounts` says which need somebody.",
  ],
  [
    { ...counts, done: false },
    "The sync goes on (so far 12 new, 108 updated, 0 failed): run it again to see more, or with --wait.",
  ],
  [{ ...counts, syncId: null }, "There is no connected account to sync: connect one first."],
])("%j is told in a sentence", (counts, sentence) => {
  expect(syncSentence(counts)).toBe(sentence);
});
