import { expect, test } from "@jest/globals";
import { planPlaces } from "./places.ts";

test("places and threads together are at most one more than the cores, and no more would fit", () => {
  for (let cores = 1; cores <= 256; cores += 1) {
    const { places, threads } = planPlaces(cores);
    expect(places * threads).toBeLessThanOrEqual(cores + 1);
    expect(places * (threads + 1)).toBeGreaterThan(cores + 1);
  }
});
