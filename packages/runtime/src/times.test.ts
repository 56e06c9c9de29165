import { expect, test } from "@jest/globals";
import { createTimes } from "./times.ts";

test.each([1, 0.1, 0.01])(
  "at time scale %d a lease outlives the local deadline, and that outlives two renewals",
  (scale) => {
    const times = createTimes(scale);
    expect(times.localDeadlineMs).toBeLessThan(times.leaseMs);
    expect(times.renewEveryMs * 2).toBeLessThan(times.localDeadlineMs);
    expect(times.refreshLeaseMs).toBeGreaterThan(times.callTimeout(25_000));
  },
);

test("call time-outs are scaled, but never below 2 s", () => {
  expect(createTimes(1).callTimeout(30_000)).toBe(30_000);
  expect(createTimes(0.1).callTimeout(30_000)).toBe(3_000);
  expect(createTimes(0.01).callTimeout(30_000)).toBe(2_000);
});
