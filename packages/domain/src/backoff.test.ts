import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { backoffMs, backoffRule } from "./backoff.ts";

const anyRandom = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test("backoff stays between half of the first step and the longest wait", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), anyRandom, (failures, random) => {
      const ms = backoffMs(failures, random);
      expect(ms).toBeGreaterThanOrEqual(backoffRule.firstMs / 2);
      expect(ms).toBeLessThanOrEqual(backoffRule.longestMs);
    }),
  );
});

test("backoff never shrinks with more failures, at the same luck", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      anyRandom,
      (failures, random) => backoffMs(failures + 1, random) >= backoffMs(failures, random),
    ),
  );
});

test("backoff doubles: 5 s, 10 s, 20 s at worst luck, 15 minutes in the end", () => {
  expect([1, 2, 3, 100].map((failures) => backoffMs(failures, 0.999_999_9))).toEqual([5_000, 10_000, 20_000, 900_000]);
});
