import type { Database } from "./connect.ts";
import { placeHold } from "./holds.ts";
import { countLosses, loseAccount } from "./lose-account.ts";

type Over<Work> = Work extends (database: Database, wish: infer Wish) => infer Answer ? (wish: Wish) => Answer : never;

export interface RefreshRows {
  readonly accounts: { readonly lose: Over<typeof loseAccount>; readonly countLosses: Over<typeof countLosses> };
  readonly holds: { readonly place: Over<typeof placeHold> };
}

/** What a refresh that was refused writes, bound to `database`. */
export function refreshRows(database: Database): RefreshRows {
  return {
    accounts: {
      lose: (loss) => loseAccount(database, loss),
      countLosses: (query) => countLosses(database, query),
    },
    holds: { place: (hold) => placeHold(database, hold) },
  };
}
