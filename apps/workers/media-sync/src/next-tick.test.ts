import { describe, expect, test } from "@jest/globals";
import { isCron, nextTick } from "./next-tick.ts";
import { planNight } from "./plan-night.ts";
import { parseConfig } from "./config.ts";

const at = (text: string) => new Date(text);

test("the hour is the time zone's own, on both sides of a change of the clock", () => {
  const next = (after: string) => nextTick("0 3 * * *", "Europe/Paris", at(after)).toISOString();
  expect(next("2026-10-24T12:00:00Z")).toBe("2026-10-25T02:00:00.000Z");
  expect(next("2026-10-23T12:00:00Z")).toBe("2026-10-24T01:00:00.000Z");
});

test.each([
  ["0 3 * * *", true],
  ["*/30 * * * 1-5", true],
  ["0 3 * *", false],
  ["* 0 3 * * *", false],
  ["0 25 * * *", false],
  ["tonight", false],
])("%s is a cron expression of five fields: %s", (text, expected) => expect(isCron(text)).toBe(expected));

test("a wrong hour or time zone stops the process at its start, by name", () => {
  const parse = () => parseConfig({ NIGHTLY_SYNC_CRON: "at three", NIGHTLY_SYNC_TZ: "Mars/Olympus" });
  for (const name of ["NIGHTLY_SYNC_CRON", "NIGHTLY_SYNC_TZ", "DATABASE_URL"]) expect(parse).toThrow(name);
});

describe("an account's night", () => {
  const account = {
    accountId: "0192f0c1-2345-7abc-8def-0123456789ab",
    workspaceId: "w",
    platform: "tiktok",
    timeZone: "UTC",
    due: "",
    isUnplanned: false,
    syncedNight: 20_000,
  };
  const rules = { cron: "0 23 * * *", timeZone: "UTC" };

  test("comes once a day at the same moment, whenever the sweep looks", () => {
    const first = planNight(account, rules, at("2026-11-20T00:00:00Z"));
    const again = planNight(account, rules, new Date(first.nextAt.getTime() - 1));
    expect(again.nextAt).toEqual(first.nextAt);
    const next = planNight(account, rules, first.nextAt);
    expect(next.nextAt.getTime() - first.nextAt.getTime()).toBe(86_400_000);
    expect(next.night).toBe(planNight(account, rules, new Date(first.nextAt.getTime() + 60_000)).night);
  });
});
