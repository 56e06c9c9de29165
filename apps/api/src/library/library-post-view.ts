import type { LibraryPost, LibraryPostDetail } from "@reelay/contract";
import type { Figures, LibraryPostRow, MetricSnapshot } from "@reelay/database";
import type { CoverAddresses } from "./cover-addresses.ts";

export function libraryPostView(row: LibraryPostRow, covers: CoverAddresses): LibraryPost {
  return {
    id: row.id,
    platform: row.platform,
    accountId: row.accountId,
    platformPostId: row.platformPostId,
    publicationId: row.publicationId,
    type: row.type,
    caption: row.caption,
    permalink: row.permalink,
    coverUrl: row.coverStorageKey === null ? null : covers.addressOf(row),
    durationMs: row.durationMs,
    ...figures(row),
    publishedAt: row.publishedAt.toISOString(),
    syncedAt: row.syncedAt.toISOString(),
    disappearedAt: row.disappearedAt?.toISOString() ?? null,
  };
}

export function libraryPostDetail(
  row: LibraryPostRow,
  history: readonly MetricSnapshot[],
  covers: CoverAddresses,
): LibraryPostDetail {
  return {
    ...libraryPostView(row, covers),
    history: history.map((snapshot) => ({ at: snapshot.at.toISOString(), ...figures(snapshot) })),
  };
}

function figures({ views, likes, comments, shares }: Figures): Figures {
  return { views, likes, comments, shares };
}
