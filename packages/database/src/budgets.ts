import type { Database } from "./connect.ts";

/**
 * Takes one call of a budget (a sliding window) by one statement, never given back. Returns null when taken, else the
 * milliseconds until enough calls have left the window; a limit below 1 is never taken.
 */
export async function takeBudget(
  database: Database,
  budget: { platform: string; scope: string; endpoint: string; limit: number; windowMs: number },
): Promise<number | null> {
  const { platform, scope, endpoint, limit, windowMs } = budget;
  if (limit < 1) return windowMs;
  return await database.asSystem(async (tx) => {
    const taken = await tx.$executeRaw`
      insert into platform_budgets as b (platform, scope, endpoint, taken_at)
      values (${platform}, ${scope}, ${endpoint}, array[clock_timestamp()])
      on conflict (platform, scope, endpoint) do update
      set taken_at = array(select t from unnest(b.taken_at) t where t > clock_timestamp() - make_interval(secs => ${windowMs}::float8 / 1000)) || clock_timestamp()
      where (select count(*) from unnest(b.taken_at) t where t > clock_timestamp() - make_interval(secs => ${windowMs}::float8 / 1000)) < ${limit}`;
    if (taken === 1) return null;
    const [row] = await tx.$queryRaw<{ ms: number | null }[]>`
      select (extract(epoch from (
        select t from unnest(b.taken_at) t where t > clock_timestamp() - make_interval(secs => ${windowMs}::float8 / 1000) order by t desc offset ${limit - 1} limit 1
      ) + make_interval(secs => ${windowMs}::float8 / 1000) - clock_timestamp()) * 1000)::float8 as ms
      from platform_budgets b where platform = ${platform} and scope = ${scope} and endpoint = ${endpoint}`;
    return Math.max(1, Math.ceil(row?.ms ?? 1));
  });
}
