import type { PublicationStatus } from "@reelay/domain";
import type { Database, Tx } from "./connect.ts";

export interface EventRow {
  readonly seq: number;
  readonly type: string;
  readonly detail: unknown;
  readonly at: Date;
}

/** What a live stream shows beside events. */
export interface WatchedState {
  readonly publicationId: string;
  readonly status: PublicationStatus;
  readonly version: number;
  readonly step: string | null;
  readonly bytesSent: number;
  readonly bytesTotal: number | null;
  /** Conversion of its media, 0-100; null when it has none. */
  readonly conversionPercent: number | null;
}

/** Events of a publication after `afterSeq`, oldest first. */
export async function readEvents(tx: Tx, publicationId: string, afterSeq: number, limit: number): Promise<EventRow[]> {
  return await tx.$queryRaw<EventRow[]>`
    select seq, type, detail, at from publication_events
    where publication_id = ${publicationId}::uuid and seq > ${afterSeq} order by seq limit ${limit}`;
}

/**
 * States and new events of many publications at once, whatever their workspace: for a process's one feed, which has
 * checked who may watch what. `afterSeq` is the last event each has seen.
 */
export async function readWatched(
  database: Database,
  watched: readonly { publicationId: string; afterSeq: number }[],
  limit: number,
): Promise<{ states: WatchedState[]; events: (EventRow & { publicationId: string })[] }> {
  const ids = watched.map((one) => one.publicationId);
  const seqs = watched.map((one) => one.afterSeq);
  return await database.asSystem(async (tx) => {
    // States first: an event that comes between the two reads is told before the state that it led to, never after.
    const states = await tx.$queryRaw<
      (Omit<WatchedState, "bytesSent" | "bytesTotal"> & { bytesSent: bigint; bytesTotal: bigint | null })[]
    >`
      select p.id as "publicationId", p.status, p.version, p.progress_step as step, p.bytes_sent as "bytesSent", p.bytes_total as "bytesTotal",
        (select min(r.progress_percent) from publication_media m join renditions r on r.id = m.rendition_id
          where m.publication_id = p.id) as "conversionPercent"
      from publications p where p.id = any(${ids}::uuid[])`;
    const events = await tx.$queryRaw<(EventRow & { publicationId: string })[]>`
      select e.publication_id as "publicationId", e.seq, e.type, e.detail, e.at
      from unnest(${ids}::uuid[], ${seqs}::int[]) as w (id, seq)
      join publication_events e on e.publication_id = w.id and e.seq > w.seq order by e.publication_id, e.seq limit ${limit}`;
    return {
      states: states.map((row) => ({
        ...row,
        bytesSent: Number(row.bytesSent),
        bytesTotal: row.bytesTotal === null ? null : Number(row.bytesTotal),
      })),
      events,
    };
  });
}
