import { expect, test } from "@jest/globals";
import { expectedPlans } from "./expected-plans.ts";
import { quickSources, sources } from "./sources.ts";
import { traits } from "./source.ts";

const count = <T>(values: readonly T[], of: (value: T) => boolean) => values.filter(of).length;

test("there are at least 60 sources of different names, each with a row of the table, and no row without a source", () => {
  const names = sources.map(({ name }) => name);
  expect(names.length).toBeGreaterThanOrEqual(60);
  expect(new Set(names).size).toBe(names.length);
  expect(names.toSorted()).toEqual(Object.keys(expectedPlans).toSorted());
});

test("every trait is met at least twice, and once among those that are tried at every change", () => {
  const met = (among: typeof sources) =>
    Object.fromEntries(traits.map((trait) => [trait, count(among, (source) => source.traits.includes(trait))]));
  expect(Object.entries(met(sources)).filter(([, times]) => times < 2)).toEqual([]);
  expect(Object.entries(met(quickSources)).filter(([, times]) => times < 1)).toEqual([]);
});

test("at least ten sources are impossible or refused, and every kind of plan is met at least five times", () => {
  const rows = Object.values(expectedPlans).map((row) => Object.values(row));
  const isRefused = (plan: string) => /^(door|probe): /.test(plan);
  const isHopeless = (plan: string) => isRefused(plan) || /^impossible: (?!video_not_accepted)/.test(plan);
  expect(count(rows, (row) => row.some(isHopeless))).toBeGreaterThanOrEqual(10);
  expect(count(rows, (row) => row.some((plan) => /^impossible: (?!video_not_accepted)/.test(plan)))).toBeGreaterThan(4);
  for (const kind of ["pass", "remux", "transcode", "still", "photo"]) {
    expect(count(rows, (row) => row.some((plan) => plan.startsWith(kind)))).toBeGreaterThanOrEqual(5);
  }
});

test("a third of the sources is tried at every change", () => {
  expect(quickSources.length).toBeGreaterThanOrEqual(Math.floor(sources.length / 3));
});
