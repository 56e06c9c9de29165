import type { Database, Tx } from "./connect.ts";

/** Calls in a sliding window. */
export interface Budget {
  readonly platform: string;
  readonly scope: string;
  readonly endpoint: string;
  readonly limit: number;
  readonly windowMs: number;
}

/**
 * Takes one call of a budget by one statement, never given back. Returns null when taken, else the milliseconds until
 * enough calls have left the window; a limit below 1 is never taken.
 */
export async function takeBudget(database: Database, budget: Budget): Promise<number | null> {
  if (budget.limit < 1) return budget.windowMs;
  return await database.asSystem((tx) => take(tx, budget));
}

/** Takes one call of every budget, or of none; the one that many share comes last, since it is locked until the end. */
export async function takeBudgets(database: Database, budgets: readonly Budget[]): Promise<number | null> {
  const never = budgets.find(({ limit }) => limit < 1);
  if (never) return never.windowMs;
  try {
    await database.asSystem(async (tx) => {
      for (const budget of budgets) {
        const emptyForMs = await take(tx, budget);
        if (emptyForMs !== null) throw new Empty(emptyForMs);
      }
    });
    return null;
  } catch (error) {
    if (error instanceof Empty) return error.forMs;
    throw error;
  }
}

/** Rolls back what was taken of the others. */
class Empty extends Error {
  readonly forMs: number;
  constructor(forMs: number) {
    super("a budget is empty");
    this.forMs = forMs;
  }
}

async function take(tx: Tx, budget: Budget): Promise<number | null> {
  const { platform, scope, endpoint, limit, windowMs } = budget;
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
}
