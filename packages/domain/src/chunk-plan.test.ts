import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { chunkOf, chunkSizes, chunkTimeoutMs, nextChunk, planChunks, type ChunkPlan } from "./chunk-plan.ts";
import { tiktokLimits } from "./tiktok-limits.ts";

const borders = [
  1, 4_999_999, 5_000_000, 5_242_879, 5_242_880, 10_485_759, 10_485_760, 52_428_799, 52_428_800, 52_428_801, 64_000_000,
  64_000_001, 67_108_864, 128_000_000, 150_000_001, 4_294_967_296,
];
const anySize = fc.oneof(
  fc.integer({ min: 1, max: tiktokLimits.video.maxBytes }),
  fc.integer({ min: 1, max: 70_000_000 }),
  fc.constantFrom(...borders),
);

function chunksOf(plan: ChunkPlan) {
  return Array.from({ length: plan.count }, (_, index) => chunkOf(plan, index));
}

function expectWithinLimits(size: number) {
  const plan = planChunks(size);
  const chunks = chunksOf(plan);
  let next = 0;
  for (const chunk of chunks) {
    expect(chunk.first).toBe(next);
    next = chunk.last + 1;
    const bytes = chunk.last - chunk.first + 1;
    if (plan.count > 1) expect(bytes).toBeGreaterThanOrEqual(tiktokLimits.chunk.minBytes);
    expect(bytes).toBeLessThanOrEqual(chunk.isLast ? tiktokLimits.chunk.lastMaxBytes : tiktokLimits.chunk.maxBytes);
  }
  expect(next).toBe(size);
  expect(plan.count).toBe(Math.floor(size / plan.chunkBytes));
  expect(plan.count).toBeLessThanOrEqual(tiktokLimits.chunk.maxCount);
  if (plan.count === 1) expect(plan.chunkBytes).toBe(size);
  expect(chunks.filter((chunk) => chunk.isLast)).toEqual([chunks.at(-1)]);
}

describe("chunk plan", () => {
  test.each(borders)("covers %i bytes once, within the platform's limits", expectWithinLimits);

  test("covers any size once, within the platform's limits", () => {
    fc.assert(fc.property(anySize, expectWithinLimits), { numRuns: 300 });
  });

  test.each([0, -1, 1.5, Number.NaN, tiktokLimits.video.maxBytes + 1])("refuses %p bytes", (size) => {
    expect(() => planChunks(size)).toThrow(RangeError);
  });

  test("changes its chunk size exactly at the documented borders", () => {
    const planOf = (size: number) => [planChunks(size).chunkBytes, planChunks(size).count];
    expect(planOf(chunkSizes.singleBelowBytes - 1)).toEqual([10_485_759, 1]);
    expect(planOf(chunkSizes.singleBelowBytes)).toEqual([5_242_880, 2]);
    expect(planOf(chunkSizes.smallUpToBytes)).toEqual([5_242_880, 10]);
    expect(planOf(chunkSizes.smallUpToBytes + 1)).toEqual([10_000_000, 5]);
    expect(planOf(64_000_001)).toEqual([10_000_000, 6]);
    expect(planOf(4_294_967_296)).toEqual([10_000_000, 429]);
  });

  test("a resume begins at the first chunk that is not wholly acknowledged, and ends after the last byte", () => {
    fc.assert(
      fc.property(anySize, fc.double({ min: 0, max: 1, noNaN: true }), (size, part) => {
        const plan = planChunks(size);
        const acknowledged = Math.floor(size * part);
        const chunk = nextChunk(plan, acknowledged);
        if (acknowledged >= size) return chunk === null;
        return chunk !== null && chunk.first <= acknowledged && acknowledged <= chunk.last;
      }),
    );
  });

  test("a chunk that does not exist is refused", () => {
    expect(() => chunkOf(planChunks(20_000_000), 3)).toThrow(RangeError);
    expect(() => chunkOf(planChunks(20_000_000), -1)).toThrow(RangeError);
  });

  test("a chunk's time-out allows 256 kB/s", () => {
    expect(chunkTimeoutMs(0)).toBe(30_000);
    expect(chunkTimeoutMs(10_000_000)).toBe(30_000 + 39_063);
  });
});
