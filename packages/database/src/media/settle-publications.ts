import type { Tx } from "../connect.ts";
import { writePublication } from "../publications/write.ts";

/** Locks the publications that wait for any of these renditions, in one order: to be called before the first is written. */
export async function lockWaitingPublications(tx: Tx, renditionIds: readonly string[]): Promise<void> {
  await tx.$queryRaw`
    select p.id from publications p
    where p.status = 'preparing' and exists (
      select 1 from publication_media m where m.publication_id = p.id and m.rendition_id = any(${[...renditionIds]}::uuid[]))
    order by p.id for update`;
}

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
  await lockWaitingPublications(tx, [renditionId]);
  // Read after the locks are held: what was waited for (a sister rendition, an edit) is seen only by a new statement. The
  // clock as well: a post that was accepted since this transaction began is due, though now() is older than it.
  const waiting = await tx.$queryRaw<{ id: string; isDue: boolean; dueInMs: number; unready: number }[]>`
    select p.id, p.due_at <= clock_timestamp() as "isDue", (extract(epoch from p.due_at - now()) * 1000)::float8 as "dueInMs",
      (select count(*)::int from publication_media o join renditions r on r.id = o.rendition_id
        where o.publication_id = p.id and r.state <> 'ready') as unready
    from publications p
    where p.status = 'preparing' and exists (
      select 1 from publication_media m where m.publication_id = p.id and m.rendition_id = ${renditionId}::uuid)
    order by p.id`;
  for (const row of waiting) {
    if (lost) await fail(tx, row.id, lost);
    else if (row.unready === 0) {
      await writePublication(tx, row.id, {
        event: { type: "media_ready", due: row.isDue },
        change: { nextInMs: Math.max(0, row.dueInMs), waitReason: null },
      });
    }
  }
  return lost ? 0 : waiting.filter((row) => row.isDue && row.unready === 0).length;
}

async function fail(tx: Tx, publicationId: string, { code, cause }: { code: string; cause?: object }): Promise<void> {
  await writePublication(tx, publicationId, {
    event: { type: "failed" },
    detail: { code },
    change: { nextInMs: null, waitReason: null, failure: { code, ...(cause && { cause: { ...cause } }) }, expel: true },
  });
}
