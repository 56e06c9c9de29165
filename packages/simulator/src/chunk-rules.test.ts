import { describe, expect, test } from "@jest/globals";
import { chunkProblem, parseContentRange } from "./chunk-rules.ts";

describe("the platform's chunk rules", () => {
  test.each([
    [50_000_123, 10_000_000, 5, null],
    [4_194_304, 4_194_304, 1, null],
    [158_008_374, 5_242_880, 30, null],
    [158_008_374, 5_242_880, 31, "The total chunk count is invalid"],
    [66_259_900, 64_000_000, 1, "The chunk size is invalid"],
    [15_000_000, 10_000_000, 1, "The chunk size is invalid"],
    [20_000_000, 4_000_000, 5, "The chunk size is invalid"],
    [70_000_000, 70_000_000, 1, "The chunk size is invalid"],
    [0, 0, 0, "The request source info is empty or incorrect"],
  ])("%i bytes in chunks of %i, %i of them: %p", (videoSize, chunkSize, totalChunkCount, expected) => {
    expect(chunkProblem({ videoSize, chunkSize, totalChunkCount })).toBe(expected);
  });

  test.each(["bytes 0-1", "bytes 5-4/10", "0-1/2", undefined, "bytes a-b/c"])(
    "Content-Range %p is not readable",
    (header) => {
      expect(parseContentRange(header)).toBeNull();
    },
  );
});
