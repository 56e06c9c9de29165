import { expect, test } from "@jest/globals";
import { endedInLastHour } from "./last-hour.ts";

const minute = 60_000;
const now = 1_000 * minute + 30_000;

test("the hour is the minute that runs and the 59 before it", () => {
  const data = Array.from({ length: 60 }, () => 2);
  const counter = { meta: { count: 125, prevTS: now - 10_000, prevCount: 120 }, data };
  expect(endedInLastHour(counter, now)).toBe(5 + 59 * 2);
});

test("a counter that has stood still loses what has become older than an hour", () => {
  const counter = { meta: { count: 12, prevTS: now - 58 * minute, prevCount: 10 }, data: [7, 100, 100] };
  expect(endedInLastHour(counter, now)).toBe(2 + 7);
  expect(endedInLastHour(counter, now + minute)).toBe(2);
  expect(endedInLastHour(counter, now + 2 * minute)).toBe(0);
});

test("a queue on which nothing ever ended has none", () => {
  expect(endedInLastHour({ meta: { count: 0, prevTS: 0, prevCount: 0 }, data: [] }, now)).toBe(0);
});
