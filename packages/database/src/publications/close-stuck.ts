import type { Database } from "../connect.ts";
import { writePublication } from "./write.ts";

/** Closes what can never move: a rendition failed, or the account stayed lost past the row's give-up time. Returns how many. */
export async function closeStuck(database: Database, limit = 200): Promise<number> {
  return await database.asSystem(async (tx) => {
    const unconverted = await tx.$queryRaw<{ id: string; failure: object | null }[]>`
      select p.id, r.failure from publications p
      join publication_media m on m.publication_id = p.id join renditions r on r.id = m.rendition_id
      where p.status in ('preparing', 'scheduled', 'waiting') and r.state in ('failed', 'canceled')
        and (p.lease_until is null or p.lease_until < now())
      limit ${limit} for update of p skip locked`;
    for (const row of unconverted) {
      const code = "conversion_failed";
      await writePublication(tx, row.id, {
        event: { type: "failed" },
        detail: { code },
        change: {
          nextInMs: null,
          waitReason: null,
          failure: { code, ...(row.failure && { cause: { ...row.failure } }) },
          expel: true,
        },
      });
    }
    const abandoned = await tx.$queryRaw<{ id: string; status: string }[]>`
      select p.id, p.status from publications p join social_accounts a on a.id = p.account_id
      where p.give_up_at < now() and a.state not in ('connected', 'disconnecting')
        and p.status in ('preparing', 'scheduled', 'waiting', 'uploading', 'processing')
        and (p.lease_until is null or p.lease_until < now())
      limit ${limit} for update of p skip locked`;
    for (const row of abandoned) {
      const inDoubt = row.status === "processing";
      await writePublication(tx, row.id, {
        event: { type: inDoubt ? "review_needed" : "failed" },
        detail: { code: "account_lost" },
        change: { nextInMs: null, waitReason: null, failure: { code: "account_lost" }, giveUpInMs: null, expel: true },
      });
    }
    // Nobody can look any more for a permalink, or for what a webhook spoke of: not even the last look was made.
    await tx.$executeRaw`update publications set next_at = null
      where next_at < now() - interval '1 day' and status in ('published', 'delivered', 'needs_review')`;
    return unconverted.length + abandoned.length;
  });
}
