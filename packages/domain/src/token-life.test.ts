import { expect, test } from "@jest/globals";
import { mayResendRefresh, mustRefresh, publishTokenLifeMs } from "./token-life.ts";

const minutes = (count: number) => count * 60_000;

test.each([
  ["a fresh 2 h token is used as it is", minutes(120), minutes(119), publishTokenLifeMs, false],
  [
    "a 2 h token with 14 minutes left is refreshed before publishing",
    minutes(120),
    minutes(14),
    publishTokenLifeMs,
    true,
  ],
  ["a long upload wants more life than 15 minutes", minutes(120), minutes(40), minutes(50), true],
  [
    "a token shorter than the need is refreshed at half of its life, not at every call",
    minutes(20),
    minutes(12),
    minutes(15),
    false,
  ],
  ["and then it is", minutes(20), minutes(9), minutes(15), true],
  [
    "a 24 h token is judged by its own answer, not by a constant",
    minutes(1440),
    minutes(16),
    publishTokenLifeMs,
    false,
  ],
])("%s", (_what, accessLifetimeMs, accessRemainingMs, neededMs, expected) => {
  expect(mustRefresh({ accessLifetimeMs, accessRemainingMs }, neededMs)).toBe(expected);
});

test("an unanswered refresh is sent again only when a quarter of the token's life is left", () => {
  expect(mayResendRefresh({ accessLifetimeMs: minutes(120), accessRemainingMs: minutes(31) })).toBe(false);
  expect(mayResendRefresh({ accessLifetimeMs: minutes(120), accessRemainingMs: minutes(29) })).toBe(true);
});
