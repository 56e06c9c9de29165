import { advancePublication, checkPublication } from "@reelay/jobs";
import type { JobContext } from "@reelay/jobs";
import { performJob } from "@reelay/jobs/testing";
import { createAdvancePublication } from "../advance-publication.ts";
import { createCheckPublication } from "../check-publication.ts";
import type { PublishDeps } from "../deps.ts";
import type { Bench, Row } from "./bench.ts";

/** A process that died: nothing catches it, so nothing is written. */
export class Crash extends Error {}

/** One job of `lane`, as the dispatcher would have started it. */
export async function runJob(
  deps: PublishDeps,
  lane: "advance" | "check",
  publicationId: string,
  context: Partial<JobContext> = {},
): Promise<void> {
  const payload = { publicationId, ticket: 1 };
  if (lane === "advance") await performJob(advancePublication, createAdvancePublication(deps), payload, context);
  else await performJob(checkPublication, createCheckPublication(deps), payload, context);
}

/** As if the waits of this publication had passed and a dead worker's lease had run out. */
export async function letTimePass(bench: Bench, publicationId: string): Promise<void> {
  await bench.db.sql(
    `update publications set next_at = case when next_at is null then null else now() - interval '1 second' end,
       lease_until = case when lease_until is null then null else now() - interval '1 second' end, dispatched_until = null,
       intent = case when intent is null then null else intent || jsonb_build_object(
         'sentAt', to_char((intent->>'sentAt')::timestamptz at time zone 'utc' - interval '5 seconds', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
         'answerBy', to_char((intent->>'answerBy')::timestamptz at time zone 'utc' - interval '5 seconds', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) end
     where id = $1`,
    [publicationId],
  );
  await bench.db.sql(
    `update social_accounts set slot_until = now() - interval '1 second' where slot_publication_id = $1`,
    [publicationId],
  );
  await bench.db.sql(
    `update platform_budgets set taken_at = '{}' where scope = 'account:' || (select account_id from publications where id = $1)`,
    [publicationId],
  );
}

const endings = ["published", "failed", "canceled", "needs_review"];

/** Claims again and again, as the dispatcher would, until it is final. A crash is survived by the next claim. */
export async function driveToEnd(bench: Bench, deps: PublishDeps, publicationId: string, mostJobs = 200): Promise<Row> {
  for (let jobs = 0; jobs < mostJobs; jobs += 1) {
    const row = await bench.row(publicationId);
    if (endings.includes(row.status)) return row;
    await letTimePass(bench, publicationId);
    await runJob(deps, row.lane, publicationId).catch((error: unknown) => {
      if (!(error instanceof Crash)) throw error;
    });
  }
  const { status, lane, wait_reason, failure } = await bench.row(publicationId);
  throw new Error(`not final after ${mostJobs} jobs: ${JSON.stringify({ status, lane, wait_reason, failure })}`);
}
