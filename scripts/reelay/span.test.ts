import { expect, test } from "@jest/globals";
import { formatAgo, formatExpiry, formatSpan } from "./span.ts";

test.each([
  [0, "0 s"],
  [999, "0 s"],
  [119_000, "119 s"],
  [120_000, "2 min"],
  [7_199_999, "119 min"],
  [86_400_000, "24 h"],
  [172_800_000, "2 d"],
  [31_536_000_000, "365 d"],
])("%i ms are %s", (ms, text) => {
  expect(formatSpan(ms)).toBe(text);
});

test("an expiry says whether it lies ahead", () => {
  expect([formatExpiry(82_800_000), formatExpiry(-300_000), formatExpiry(null)]).toEqual(["in 23 h", "5 min ago", ""]);
  expect([formatAgo(null), formatAgo(-5), formatAgo(180_000)]).toEqual(["never", "0 s ago", "3 min ago"]);
});
