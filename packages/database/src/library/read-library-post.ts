import type { Tx } from "../connect.ts";
import { columns, figuresOf, libraryPostOf } from "./library-row.ts";
import type { Figures, LibraryPostRow, RawFigures, RawLibraryPost } from "./library-row.ts";

export interface MetricSnapshot extends Figures {
  readonly at: Date;
}

/** One synced post, or null when this workspace has none of that id. */
export async function readLibraryPost(tx: Tx, id: string): Promise<LibraryPostRow | null> {
  const [row] = await tx.$queryRaw<RawLibraryPost[]>`select ${columns} from library_posts p where p.id = ${id}::uuid`;
  return row ? libraryPostOf(row) : null;
}

/** The last `limit` snapshots of a post's figures, oldest first. */
export async function readMetricHistory(tx: Tx, libraryPostId: string, limit: number): Promise<MetricSnapshot[]> {
  const rows = await tx.$queryRaw<(RawFigures & { at: Date })[]>`
    select at, views, likes, comments, shares from metric_snapshots
    where library_post_id = ${libraryPostId}::uuid order by at desc limit ${limit}`;
  return rows.toReversed().map((row) => ({ at: row.at, ...figuresOf(row) }));
}
