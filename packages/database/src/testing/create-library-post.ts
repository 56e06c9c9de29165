import { newId } from "../ids.ts";
import type { TestDatabase } from "./test-database.ts";

/** What a test wants of its synced post; noise about the rest. */
export interface LibraryPostWish {
  readonly id: string;
  readonly platform: string;
  readonly platformPostId: string;
  readonly publicationId: string | null;
  readonly caption: string;
  readonly permalink: string | null;
  readonly coverStorageKey: string | null;
  readonly durationMs: number | null;
  readonly views: number | null;
  readonly likes: number | null;
  readonly comments: number | null;
  readonly shares: number | null;
  readonly publishedAt: string;
  readonly disappearedAt: string | null;
}

/** A synced post, as the sync leaves it. */
export async function createLibraryPost(
  db: TestDatabase,
  owner: { workspaceId: string; accountId: string },
  given: Partial<LibraryPostWish> = {},
): Promise<string> {
  const id = given.id ?? newId();
  const wish: LibraryPostWish = { ...anyWish, id, platformPostId: `test-${id}`, ...given };
  await db.sql(
    `insert into library_posts (id, workspace_id, account_id, platform, platform_post_id, publication_id, type, caption, permalink,
       cover_storage_key, duration_ms, views, likes, comments, shares, published_at, disappeared_at)
     values ($1, $2, $3, $4, $5, $6, 'video', $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
    [
      ...[wish.id, owner.workspaceId, owner.accountId, wish.platform, wish.platformPostId, wish.publicationId],
      ...[wish.caption, wish.permalink, wish.coverStorageKey, wish.durationMs],
      ...[wish.views, wish.likes, wish.comments, wish.shares, wish.publishedAt, wish.disappearedAt],
    ],
  );
  return id;
}

const anyWish: Omit<LibraryPostWish, "id" | "platformPostId"> = {
  platform: "tiktok",
  publicationId: null,
  caption: "A caption #test",
  permalink: null,
  coverStorageKey: null,
  durationMs: null,
  views: null,
  likes: null,
  comments: null,
  shares: null,
  publishedAt: "2026-11-01T12:00:00Z",
  disappearedAt: null,
};
