import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { planRefresh, refreshRule, type RefreshOutlook } from "./refresh-plan.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
const idOf = (end: string) => `01920000-0000-7000-8000-00000000${end}`;
const middle = idOf("7fff");

/** A token of the profile nov2026 with its whole life before it and nothing to do. */
const rested: RefreshOutlook = {
  accountId: middle,
  accessLifetimeMs: 120 * minute,
  accessRemainingMs: 120 * minute,
  refreshLifetimeMs: 180 * day,
  refreshRemainingMs: 180 * day,
  isRefreshing: false,
  isUnanswered: false,
  isPublishing: false,
  work: null,
};
const left = (accessMinutes: number, more: Partial<RefreshOutlook> = {}): RefreshOutlook => ({
  ...rested,
  accessRemainingMs: accessMinutes * minute,
  ...more,
});
const due = (inMinutes: number, neededMinutes = 15) => ({
  work: { dueInMs: inMinutes * minute, neededMs: neededMinutes * minute },
});
const why = (outlook: RefreshOutlook) => planRefresh(outlook)?.why ?? null;

test.each<[string, RefreshOutlook, "work" | "idle" | null]>([
  ["an idle account's access token may die", left(-1_000), null],
  ["an idle account is refreshed before its refresh token dies", left(-1, { refreshRemainingMs: 44 * day }), "idle"],
  ["and not before that is low", left(-1, { refreshRemainingMs: 46 * day }), null],
  ["nor while its access token is young", left(61, { refreshRemainingMs: 44 * day }), null],
  ["work that is due wants a token good for 15 minutes", left(14, due(0)), "work"],
  ["work ahead refreshes a token below a quarter of its life", left(29, due(0)), "work"],
  ["and leaves it alone above", left(31, due(0)), null],
  ["work falls due before the token would be good for it", left(40, due(30)), "work"],
  ["the token in force is good for it", left(50, due(30)), null],
  ["a long upload wants a token for as long as it takes", left(50, due(0, 55)), "work"],
  ["a token in the first half of its life is never replaced", left(61, due(60)), null],
  ["work too far ahead for a new token waits", left(5, due(101)), null],
  ["and has it just in time", left(5, due(99)), "work"],
  ["an account that is publishing is left alone", left(14, { ...due(0), isPublishing: true }), null],
  ["unless its token is about to die", left(9, { ...due(0), isPublishing: true }), "work"],
  ["nobody is refreshed twice at once", left(9, { ...due(0), isRefreshing: true }), null],
  ["a lost answer rests while the token lives", left(40, { ...due(30), isUnanswered: true }), null],
  ["until little life is left", left(20, { ...due(0), isUnanswered: true }), "work"],
])("%s", (_what, outlook, expected) => {
  expect(why(outlook)).toBe(expected);
});

test("the threshold is spread by account, by a tenth to both sides", () => {
  const refreshedAt = (accountId: string, minutes: number) => why(left(minutes, { ...due(0), accountId })) !== null;
  expect([refreshedAt(idOf("0000"), 26.9), refreshedAt(idOf("0000"), 27.1)]).toEqual([true, false]);
  expect([refreshedAt(idOf("ffff"), 32.9), refreshedAt(idOf("ffff"), 33.1)]).toEqual([true, false]);
});

test("whatever the platform's lifetimes, work that is due never meets a dead token, and a fresh token is left alone", () => {
  const lifetime = fc.integer({ min: 1_000, max: 60 * day });
  fc.assert(
    fc.property(lifetime, fc.integer({ min: 0, max: 24 * 60 * minute }), (accessLifetimeMs, neededMs) => {
      const outlook = { ...rested, accessLifetimeMs, work: { dueInMs: -1, neededMs } };
      expect(planRefresh({ ...outlook, accessRemainingMs: -1 })).not.toBeNull();
      expect(planRefresh({ ...outlook, accessRemainingMs: accessLifetimeMs })).toBeNull();
    }),
  );
  expect(refreshRule.lowShare).toBeLessThan(0.5);
});
