import type { Database } from "../connect.ts";
import { movable, movableFrom } from "./movable.ts";

/**
 * How late the publication is that has waited longest of those that may move, in milliseconds; null when none is later
 * than `lateAfterMs`. Publications of one account go one after another, so the time in which its account was at work
 * does not make the next one late.
 */
export async function findOverdue(database: Database, lateAfterMs: number): Promise<number | null> {
  return await database.asSystem(async (tx) => {
    const [row] = await tx.$queryRaw<{ lateByMs: number }[]>`
      with bound as (select now() - make_interval(secs => ${lateAfterMs}::float8 / 1000) as late)
      select (extract(epoch from now() - p.next_at) * 1000)::float8 as "lateByMs"
      from ${movableFrom} cross join bound b
      where ${movable} and p.next_at < b.late
        and (p.lane <> 'advance' or not exists (
          select 1 from publications o
          where o.account_id = p.account_id and o.id <> p.id and o.updated_at > b.late
            and o.status not in ('published', 'delivered', 'failed', 'canceled')))
      order by p.next_at limit 1`;
    return row?.lateByMs ?? null;
  });
}
