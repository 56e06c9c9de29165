import { expect, test } from "@jest/globals";
import { RateLimits } from "./rate-limits.ts";

test("the window slides: a place is free again sixty seconds after its own call", () => {
  const limits = new RateLimits();
  const at = (now: number) => limits.allow("init -1", 2, now);
  expect([at(0), at(30_000), at(59_999), at(60_000), at(60_001), at(90_000)]).toEqual([
    true,
    true,
    false,
    true,
    false,
    true,
  ]);
});

test("keys have windows of their own", () => {
  const limits = new RateLimits();
  expect([limits.allow("a", 1, 0), limits.allow("b", 1, 0), limits.allow("a", 1, 0)]).toEqual([true, true, false]);
});
