import { until } from "@reelay/runtime/testing";
import type { TestDatabase } from "./test-database.ts";

/** Until a statement in this database waits for a lock. */
export async function untilBlocked(db: Pick<TestDatabase, "sql">): Promise<void> {
  const isBlocked = async () => {
    const waiting = await db.sql(
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return waiting.length > 0;
  };
  await until(isBlocked, { limitMs: 10_000, what: "a statement waits for a lock" });
}
