import type { Tx } from "../connect.ts";
import { writePublication } from "../publications/write.ts";

/**
 * Moves on the publications that wait in `preparing` for this rendition: to scheduled or waiting once every rendition of
 * theirs is ready, to failed at once when this one is lost. In the transaction that ended the rendition, so that neither
 * can miss the other. Returns how many may now be due.
 */
export async function settlePublications(
  tx: Tx,
  renditionId: string,
  lost: { code: "conversion_failed" | "media_rejected"; cause?: object } | null,
): Promise<number> {
  const waiting = await tx.$queryRaw<{ id: string; isDue: boolean; dueInMs: number; unready: number }[]>`
    select p.id, p.due_at <= now() as "isDue", (extract(epoch from p.due_at - now()) * 1000)::float8 as "dueInMs",
      (select count(*)::int from publication_media o join renditions r on r.id = o.rendition_id
        where o.publication_id = p.id and r.state <> 'ready') as unready
    from publications p join publication_media pm on pm.publication_id = p.id
    where pm.rendition_id = ${renditionId}::uuid
      and (p.status = 'preparing' or (${lost !== null} and p.status in ('scheduled', 'waiting') and p.lease_until is null))
    order by p.id for update of p`;
  for (const row of waiting) {
    if (lost) {
      await writePublication(tx, row.id, {
        event: { type: "failed" },
        detail: { code: lost.code },
        change: { nextInMs: null, waitReason: null, failure: { code: lost.code, ...(lost.cause && { cause: { ...lost.cause } }) }, expel: true },
      });
    } else if (row.unready === 0) {
      await writePublication(tx, row.id, {
        event: { type: "media_ready", due: row.isDue },
        change: { nextInMs: Math.max(0, row.dueInMs), waitReason: null },
      });
    }
  }
  return lost ? 0 : waiting.filter((row) => row.isDue && row.unready === 0).length;
}
