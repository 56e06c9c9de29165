import { expect, test } from "@jest/globals";
import { planChunks } from "@reelay/domain";
import fc from "fast-check";
import { boundaryOf, lookGapMs, statusGapMs } from "./checkpoint.ts";

test("a reported position is a chunk boundary, as a count or as a last index, or it is none", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 10_485_760, max: 4_294_967_296 }),
      fc.nat(999),
      fc.integer({ min: 2, max: 1_000 }),
      (size, at, off) => {
        const plan = planChunks(size);
        const boundary = Math.min(at, plan.count - 1) * plan.chunkBytes;
        expect(boundaryOf(plan, boundary)).toBe(boundary);
        if (boundary > 0) expect(boundaryOf(plan, boundary - 1)).toBe(boundary);
        expect(boundaryOf(plan, boundary + off)).toBeNull();
      },
    ),
  );
});

test("a position at the end is never taken for more than all chunks but the last", () => {
  const plan = planChunks(31_000_123);
  expect(boundaryOf(plan, 31_000_123)).toBe(4 * 5_242_880);
  expect(boundaryOf(plan, 31_000_122)).toBe(4 * 5_242_880);
  expect(boundaryOf(plan, -1)).toBe(0);
  expect(boundaryOf(plan, -2)).toBeNull();
});

test("we ask soon at first and ever more rarely", () => {
  for (const gapMs of [statusGapMs, lookGapMs]) {
    const gaps = Array.from({ length: 60 }, (_, reads) => gapMs(reads));
    expect(gaps).toEqual([...gaps].sort((a, b) => a - b));
  }
  expect([0, 1, 2, 3, 4, 5].map(statusGapMs)).toEqual([5_000, 10_000, 20_000, 30_000, 60_000, 60_000]);
});
