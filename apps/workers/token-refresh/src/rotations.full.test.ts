import { expect, test } from "@jest/globals";
import { createBench } from "./testing/bench.ts";
import { expectFigures } from "./testing/expect-figures.ts";
import { rotate, type RotationsWish } from "./testing/rotate.ts";
import { refusedEarly } from "./testing/refused-early.ts";

const profiles: RotationsWish["profile"][] = ["nov2026", "legacy"];

test.each(profiles)(
  "4 processes × 100 accounts × 20 rotations (%s): only an answer that was lost may cost a connection",
  async (profile) => {
    const wish = { profile, refreshers: 4, accounts: 100, rotations: 20, limitMs: 15 * 60_000 };
    expectFigures(await rotate(wish), wish);
  },
  18 * 60_000,
);

test.each(profiles)(
  "a token refused an hour before its stored expiry is refreshed once, and the call succeeds (%s)",
  async (profile) => {
    const bench = await createBench({ profile });
    expect(await refusedEarly(bench)).toEqual({ refreshes: 1, handle: expect.any(String) });
    await bench.close();
  },
  60_000,
);
