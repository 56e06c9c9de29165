import { test } from "@jest/globals";
import { expectFigures } from "./testing/expect-figures.ts";
import { rotate, type RotationsWish } from "./testing/rotate.ts";

test.each<RotationsWish["profile"]>(["nov2026", "legacy"])(
  "2 processes × 10 accounts × 4 rotations (%s): only an answer that was lost may cost a connection",
  async (profile) => {
    const wish = { profile, refreshers: 2, accounts: 10, rotations: 4, limitMs: 90_000 };
    expectFigures(await rotate(wish), wish);
  },
  180_000,
);
