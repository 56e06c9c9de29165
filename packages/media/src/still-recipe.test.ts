import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { groupsOf } from "./still-recipe.ts";

test("groups cover every frame, none is half as long again as the ideal, and only the last is shorter", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40_000 }), fc.integer({ min: 1, max: 400 }), (frameCount, ideal) => {
      const { groupFrames, groups } = groupsOf(frameCount, ideal);
      expect(groupFrames).toBeLessThanOrEqual(Math.ceil(ideal * 1.5));
      expect(groupFrames * groups).toBeGreaterThanOrEqual(frameCount);
      expect(groupFrames * (groups - 1)).toBeLessThan(frameCount);
    }),
  );
});

test.each([
  [150, { groupFrames: 150, groups: 1 }],
  [165, { groupFrames: 165, groups: 1 }],
  [450, { groupFrames: 150, groups: 3 }],
  [1800, { groupFrames: 164, groups: 11 }],
  [241, { groupFrames: 121, groups: 2 }],
])("%i frames are cut evenly", (frameCount, expected) => {
  expect(groupsOf(frameCount, 160)).toEqual(expected);
});
