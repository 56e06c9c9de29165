import { expect, test } from "@jest/globals";
import { publishTokenNeedMs } from "./access-token.ts";

test("a token for publishing lives 15 minutes, or as long as the upload takes", () => {
  const minuteMs = 60_000;
  expect(publishTokenNeedMs({ sizeBytes: 10_000_000, bytesPerSecond: null })).toBe(15 * minuteMs);
  expect(publishTokenNeedMs({ sizeBytes: 10_000_000, bytesPerSecond: 1_000_000 })).toBe(15 * minuteMs);
  expect(publishTokenNeedMs({ sizeBytes: 1_800_000_000, bytesPerSecond: 1_000_000 })).toBe(30 * minuteMs);
});
