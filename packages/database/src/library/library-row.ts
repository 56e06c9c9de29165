import { Prisma } from "../generated/client.ts";

/** Figures of a post; null: the platform did not tell. */
export interface Figures {
  readonly views: number | null;
  readonly likes: number | null;
  readonly comments: number | null;
  readonly shares: number | null;
}

/** A post as it was last synced from its platform. */
export interface LibraryPostRow extends Figures {
  readonly id: string;
  readonly workspaceId: string;
  readonly platform: "tiktok" | "instagram";
  readonly accountId: string;
  readonly platformPostId: string;
  readonly publicationId: string | null;
  readonly type: string;
  readonly caption: string;
  readonly permalink: string | null;
  readonly coverStorageKey: string | null;
  readonly durationMs: number | null;
  readonly publishedAt: Date;
  readonly syncedAt: Date;
  readonly disappearedAt: Date | null;
}

export type RawFigures = { readonly [Figure in keyof Figures]: bigint | null };
export type RawLibraryPost = Omit<LibraryPostRow, keyof Figures> & RawFigures;

export const columns = Prisma.sql`p.id, p.workspace_id as "workspaceId", p.platform, p.account_id as "accountId",
  p.platform_post_id as "platformPostId", p.publication_id as "publicationId", p.type, p.caption, p.permalink,
  p.cover_storage_key as "coverStorageKey", p.duration_ms as "durationMs", p.views, p.likes, p.comments, p.shares,
  p.published_at as "publishedAt", p.synced_at as "syncedAt", p.disappeared_at as "disappearedAt"`;

export function libraryPostOf(raw: RawLibraryPost): LibraryPostRow {
  return { ...raw, ...figuresOf(raw) };
}

export function figuresOf(raw: RawFigures): Figures {
  const { views, likes, comments, shares } = raw;
  return { views: count(views), likes: count(likes), comments: count(comments), shares: count(shares) };
}

function count(figure: bigint | null): number | null {
  return figure === null ? null : Number(figure);
}
