import type { Database } from "./connect.ts";
import { newId } from "./ids.ts";

export interface Hold {
  readonly platform: string;
  readonly scope: "app" | "feature" | "account";
  readonly feature?: string;
  readonly accountId?: string;
  readonly failureCode: string;
  readonly forMs: number;
  readonly probeEveryMs: number;
}

const holdLock = 7_205_396;

/** Holds the scope from now on; a hold of the same scope and cause is prolonged, not doubled. */
export async function placeHold(database: Database, hold: Hold): Promise<void> {
  await database.asSystem(async (tx) => {
    // Two workers meet the same refusal at the same moment.
    await tx.$executeRaw`select pg_advisory_xact_lock(${holdLock}::int, hashtext(${`${hold.platform}/${hold.scope}/${hold.failureCode}`}))`;
    const prolonged = await tx.$executeRaw`
      update platform_holds set until = greatest(until, now() + make_interval(secs => ${hold.forMs}::float8 / 1000))
      where platform = ${hold.platform} and scope = ${hold.scope} and failure_code = ${hold.failureCode} and until > now()
        and feature is not distinct from ${hold.feature ?? null} and account_id is not distinct from ${hold.accountId ?? null}::uuid`;
    if (prolonged > 0) return;
    await tx.$executeRaw`
      insert into platform_holds (id, platform, scope, feature, account_id, failure_code, until, next_probe_at)
      values (${newId()}::uuid, ${hold.platform}, ${hold.scope}, ${hold.feature ?? null}, ${hold.accountId ?? null}::uuid, ${hold.failureCode},
        now() + make_interval(secs => ${hold.forMs}::float8 / 1000), now() + make_interval(secs => ${hold.probeEveryMs}::float8 / 1000))`;
  });
}

/** Lifts the holds that a successful call has disproved: the app's, and where given its feature's and its account's. */
export async function liftHolds(
  database: Database,
  call: { platform: string; feature?: string; accountId?: string },
): Promise<void> {
  await database.asSystem(
    (tx) => tx.$executeRaw`
      delete from platform_holds where platform = ${call.platform}
        and (scope = 'app' or (scope = 'feature' and feature = ${call.feature ?? null})
          or (scope = 'account' and account_id = ${call.accountId ?? null}::uuid))`,
  );
}
