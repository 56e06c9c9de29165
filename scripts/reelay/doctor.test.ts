import { expect, test } from "@jest/globals";
import { bad, good, open } from "./doctor/finding.ts";
import { findingLines } from "./doctor.ts";

const paint = (_colour: string, text: string) => text;
const findings = [
  good("Node", "24.1.0"),
  bad(
    "Redis",
    "maxmemory-policy is allkeys-lru: when full it throws jobs away",
    "Run `CONFIG SET maxmemory-policy noeviction` in redis-cli, and write it into redis.conf too.",
  ),
  open("clock, TikTok", "open.tiktokapis.com does not answer from here"),
];

test("each finding has its mark, and what is wrong its remedy below it", () => {
  expect(findingLines(findings, { width: 200, paint })).toEqual([
    "✓ Node           24.1.0",
    "✗ Redis          maxmemory-policy is allkeys-lru: when full it throws jobs away",
    "                 → Run `CONFIG SET maxmemory-policy noeviction` in redis-cli, and write it into redis.conf too.",
    "– clock, TikTok  open.tiktokapis.com does not answer from here",
  ]);
});

test("long texts go on below where they began, within the terminal's width", () => {
  const lines = findingLines(findings, { width: 80, paint }).join("\n").split("\n");
  expect(lines).toContain("                   and write it into redis.conf too.");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});
