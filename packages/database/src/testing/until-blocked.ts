import type { TestDatabase } from "./test-database.ts";

/** Until a statement in this database waits for a lock. */
export async function untilBlocked(db: Pick<TestDatabase, "sql">): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const waiting = await db.sql(
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    if (waiting.length > 0) return;
    if (Date.now() > deadline) throw new Error("nothing waited for a lock within 10 s");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
