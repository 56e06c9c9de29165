import { describe, expect, test } from "@jest/globals";
import { chunkProblem, parseContentRange } from "./chunk-rules.ts";

const badSource = "The request source info is empty or incorrect";
const badCount = "The total chunk count is invalid";
const badSize = "The chunk size is invalid";

describe("the platform's chunk rules", () => {
  test.each<[number, number, number, string | null]>([
    // From the reference's worked numbers and from refusals that developers saw.
    [50_000_123, 10_000_000, 5, null],
    [4_194_304, 4_194_304, 1, null],
    [158_008_374, 5_242_880, 30, null],
    [158_008_374, 5_242_880, 31, badCount],
    [66_259_900, 64_000_000, 1, badSize],
    [15_000_000, 10_000_000, 1, badSize],
    [15_000_000, 10_000_000, 2, badCount],
    // Borders.
    [0, 0, 0, badSource],
    [-1, -1, 1, badSource],
    [1.5, 1.5, 1, badSource],
    [1, 1, 1, null],
    [1, 2, 1, badSize],
    [1, 1, 0, badSource],
    [10_000_000, 5_000_000, 2, null],
    [9_999_998, 4_999_999, 2, badSize],
    [64_000_000, 64_000_000, 1, null],
    [67_108_864, 67_108_864, 1, null],
    [67_108_865, 67_108_865, 1, badSize],
    [134_217_728, 67_108_864, 2, null],
    [134_217_730, 67_108_865, 2, badSize],
    [201_326_591, 67_108_864, 2, null],
    [5_000_000_000, 10_000_000, 500, badSource],
    [4_294_967_296, 10_000_000, 429, null],
    [4_294_967_297, 10_000_000, 429, badSource],
    [5_005_000_000 - 1_000_000_000, 4_000_000, 1_001, badCount],
  ])("%i bytes in chunks of %i, %i of them: %p", (videoSize, chunkSize, totalChunkCount, expected) => {
    expect(chunkProblem({ videoSize, chunkSize, totalChunkCount })).toBe(expected);
  });

  test("any chunk size of 5,242,880 to 64,000,000 with the floor as count passes", () => {
    for (let videoSize = 10_485_760; videoSize <= 4_294_967_296; videoSize = Math.floor(videoSize * 1.37) + 1) {
      for (const chunkSize of [5_242_880, 7_654_321, 10_000_000, 64_000_000]) {
        const totalChunkCount = Math.floor(videoSize / chunkSize);
        if (totalChunkCount < 2) continue;
        expect([videoSize, chunkSize, chunkProblem({ videoSize, chunkSize, totalChunkCount })]).toEqual([
          videoSize,
          chunkSize,
          null,
        ]);
      }
    }
  });
});

test("a Content-Range is read as bytes first-last/total", () => {
  expect(parseContentRange("bytes 5-9/10")).toEqual({ first: 5, last: 9, total: 10 });
});

test.each(["bytes 0-1", "bytes 5-4/10", "0-1/2", undefined, "bytes a-b/c", "bytes 0-1/*", "bytes 0-1/2 "])(
  "Content-Range %p is not readable",
  (header) => {
    expect(parseContentRange(header)).toBeNull();
  },
);
