import { describe, expect, test } from "@jest/globals";
import { framePace } from "./frame-pace.ts";
import type { Pace } from "./sample-table.ts";

const pace = (paces: readonly [count: number, ticks: number][], timescale = 90_000) =>
  framePace(
    paces.map(([count, ticks]): Pace => ({ count, ticks })),
    timescale,
  );

describe("the pace of pictures", () => {
  test("is exact for 30000/1001", () =>
    expect(pace([[300, 1001]], 30_000)).toEqual({ numerator: 30_000, denominator: 1_001, isVariable: false }));

  test("does not vary for the tremble of a phone's clock", () => {
    const trembling = Array.from({ length: 300 }, (_, at): [number, number] => [1, 3_000 + ((at * 7) % 20)]);
    expect(pace(trembling)).toMatchObject({ isVariable: false });
  });

  test("does not vary for a picture dropped, or one that makes up for a delay", () => {
    const thirty = { numerator: 30, denominator: 1, isVariable: false };
    expect(
      pace([
        [100, 3_000],
        [1, 6_000],
        [100, 3_000],
      ]),
    ).toEqual(thirty);
    expect(
      pace([
        [1, 9_000],
        [29, 3_000],
      ]),
    ).toEqual(thirty);
    expect(
      pace([
        [29, 3_000],
        [1, 90_000],
      ]),
    ).toEqual(thirty);
  });

  test("varies when many pictures last longer", () => {
    expect(
      pace([
        [200, 3_000],
        [20, 9_000],
      ]),
    ).toMatchObject({ isVariable: true });
    // A screen that is recorded only when it changes: 110 pictures in 6 2/3 s.
    expect(
      pace([
        [100, 1_500],
        [10, 45_000],
        [1, 3_000],
      ]),
    ).toEqual({ numerator: 33, denominator: 2, isVariable: true });
  });

  test("is unknown where nothing lasts", () => {
    expect(pace([])).toBeNull();
    expect(pace([[10, 0]])).toBeNull();
  });
});
