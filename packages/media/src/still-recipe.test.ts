import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { groupsOf } from "./still-recipe.ts";

test("groups cover every frame, none is longer than allowed, and only the last is shorter", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40_000 }), fc.integer({ min: 1, max: 400 }), (frameCount, max) => {
      const { groupFrames, groups } = groupsOf(frameCount, max);
      expect(groupFrames).toBeLessThanOrEqual(max);
      expect(groupFrames * groups).toBeGreaterThanOrEqual(frameCount);
      expect(groupFrames * (groups - 1)).toBeLessThan(frameCount);
    }),
  );
});

test.each([
  [150, { groupFrames: 150, groups: 1 }],
  [165, { groupFrames: 165, groups: 1 }],
  [450, { groupFrames: 150, groups: 3 }],
  [1800, { groupFrames: 180, groups: 10 }],
  [181, { groupFrames: 91, groups: 2 }],
])("%i frames are cut evenly", (frameCount, expected) => {
  expect(groupsOf(frameCount, 180)).toEqual(expected);
});
