import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { isWalkedFarEnough, nightlySync, nightOf, planReread, rereadRules, spreadMs } from "./sync-rules.ts";

const id = "0192f0c1-2345-7abc-8def-0123456789ab";
const depths = (from: number, nights: number, accountId = id) =>
  Array.from(
    { length: nights },
    (_, at) => planReread({ id: accountId, lastNight: from + at - 1, tonight: from + at }).youngerThanDays,
  );

describe("how far back a night reads", () => {
  test("an account that was never synced is read whole", () => {
    expect(planReread({ id, lastNight: null, tonight: 20_000 }).youngerThanDays).toBeNull();
  });

  test("of 210 nights every one reads a week, every third a month, every seventh a year, every thirtieth all", () => {
    const nights = depths(20_000, 210);
    const reaching = (days: number | null) =>
      nights.filter((depth) => depth === null || (days !== null && depth >= days)).length;
    expect([reaching(7), reaching(30), reaching(365), reaching(null)]).toEqual([210, 90, 36, 7]);
  });

  test("a night that was missed is made up for by the next one", () => {
    const deepest = (list: (number | null)[]) => (list.includes(null) ? null : Math.max(...list.map(Number)));
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.integer({ min: 0, max: 30_000 }),
        fc.integer({ min: 1, max: 60 }),
        (account, from, missed) => {
          const oneByOne = depths(from, missed, account);
          const atOnce = planReread({ id: account, lastNight: from - 1, tonight: from + missed - 1 });
          expect(atOnce.youngerThanDays).toBe(deepest(oneByOne));
        },
      ),
    );
  });

  test("a second tick of the same night reads no more than the shortest rule", () => {
    expect(planReread({ id, lastNight: 20_010, tonight: 20_010 })).toEqual(rereadRules[0]);
  });

  test("the long nights of many accounts are spread over the month", () => {
    const accounts = Array.from({ length: 3_000 }, (_, at) => `account ${at}`);
    const whole = accounts.filter((account) => depths(20_000, 1, account)[0] === null).length;
    expect(whole).toBeGreaterThan(50);
    expect(whole).toBeLessThan(150);
  });
});

describe("where a walk may end", () => {
  const since = new Date("2026-11-01T00:00:00Z");
  test.each([
    ["before the limit is reached", new Date("2026-11-01T00:00:00Z"), since, false],
    ["behind it", new Date("2026-10-31T23:59:59Z"), since, true],
    ["on a page without posts", null, since, false],
    ["of a whole walk", new Date(0), null, false],
  ])("%s", (_where, oldest, limit, expected) => expect(isWalkedFarEnough(oldest, limit)).toBe(expected));
});

describe("the hour of an account", () => {
  test("lies within the window, is its own and never changes", () => {
    const hours = Array.from({ length: 1_000 }, (_, at) => spreadMs(`account ${at}`));
    expect(hours.every((ms) => ms >= 0 && ms < nightlySync.windowMs)).toBe(true);
    expect(new Set(hours).size).toBeGreaterThan(990);
    const quarters = [0, 1, 2, 3].map(
      (at) => hours.filter((ms) => Math.floor((ms * 4) / nightlySync.windowMs) === at).length,
    );
    expect(Math.min(...quarters)).toBeGreaterThan(150);
    expect(spreadMs(id)).toBe(spreadMs(id));
  });
});

describe("the number of a night", () => {
  test("is that of the local day, one more each day, over a change of the clock too", () => {
    const at = (text: string) => nightOf(new Date(text), "Europe/Paris");
    expect(at("2026-10-24T22:30:00Z") - at("2026-10-24T21:30:00Z")).toBe(1);
    expect(at("2026-10-26T01:00:00Z") - at("2026-10-25T01:00:00Z")).toBe(1);
    expect(nightOf(new Date("1970-01-02T00:00:00Z"), "UTC")).toBe(1);
  });
});
