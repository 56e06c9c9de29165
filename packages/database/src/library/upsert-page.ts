import type { Tx } from "../connect.ts";
import { newId } from "../ids.ts";

/** A post as the platform lists it; figures that are null are unknown and leave what was known. */
export interface ListedPost {
  readonly platformPostId: string;
  readonly type: string;
  readonly caption: string;
  readonly permalink: string | null;
  readonly durationMs: number | null;
  readonly views: bigint | null;
  readonly likes: bigint | null;
  readonly comments: bigint | null;
  readonly shares: bigint | null;
  readonly publishedAt: Date;
  /** Where its cover is now, until when, and what tells one picture from another. */
  readonly cover: { readonly url: string; readonly until: Date; readonly source: string } | null;
}

export interface PageOwner {
  readonly workspaceId: string;
  readonly accountId: string;
  readonly platform: string;
}

/**
 * Stores a page of posts by one statement, whatever its length, and a snapshot of those whose figures are new or have
 * changed by another. A post that had disappeared is back; one of ours is linked to its publication.
 */
export async function upsertPage(
  tx: Tx,
  owner: PageOwner,
  posts: readonly ListedPost[],
): Promise<{ inserted: number; updated: number }> {
  if (posts.length === 0) return { inserted: 0, updated: 0 };
  const { workspaceId, accountId, platform } = owner;
  const [count] = await tx.$queryRaw<{ inserted: number; updated: number }[]>`
    with page as (
      select * from jsonb_to_recordset(${rowsOf(posts)}::jsonb) as v(id uuid, platform_post_id text, type text, caption text, permalink text,
        duration_ms int, views bigint, likes bigint, comments bigint, shares bigint, published_at timestamptz,
        cover_url text, cover_url_until timestamptz, cover_source text)
    ), written as (
      insert into library_posts as l (id, workspace_id, account_id, platform, platform_post_id, publication_id, type, caption, permalink,
        duration_ms, views, likes, comments, shares, published_at, synced_at, figures_changed_at, cover_url, cover_url_until, cover_wanted_source)
      select v.id, ${workspaceId}::uuid, ${accountId}::uuid, ${platform}, v.platform_post_id,
        (select p.id from publications p where p.account_id = ${accountId}::uuid and p.platform_post_id = v.platform_post_id limit 1),
        v.type, v.caption, v.permalink, v.duration_ms, v.views, v.likes, v.comments, v.shares, v.published_at, now(),
        case when coalesce(v.views, v.likes, v.comments, v.shares) is not null then now() end,
        v.cover_url, v.cover_url_until, v.cover_source
      from page v order by v.platform_post_id
      on conflict (account_id, platform_post_id) do update set
        publication_id = coalesce(l.publication_id, excluded.publication_id), type = excluded.type, caption = excluded.caption,
        permalink = coalesce(excluded.permalink, l.permalink), duration_ms = coalesce(excluded.duration_ms, l.duration_ms),
        views = coalesce(excluded.views, l.views), likes = coalesce(excluded.likes, l.likes),
        comments = coalesce(excluded.comments, l.comments), shares = coalesce(excluded.shares, l.shares),
        published_at = excluded.published_at, synced_at = now(), disappeared_at = null,
        figures_changed_at = case when
          (coalesce(excluded.views, l.views), coalesce(excluded.likes, l.likes), coalesce(excluded.comments, l.comments), coalesce(excluded.shares, l.shares))
          is distinct from (l.views, l.likes, l.comments, l.shares) then now() else l.figures_changed_at end,
        cover_url = case when excluded.cover_wanted_source is distinct from l.cover_source then excluded.cover_url end,
        cover_url_until = excluded.cover_url_until, cover_wanted_source = excluded.cover_wanted_source, cover_tries = 0
      returning (xmax = 0) as is_new
    )
    select count(*) filter (where is_new)::int as inserted, count(*) filter (where not is_new)::int as updated from written`;
  const ids = posts.map(({ platformPostId }) => platformPostId);
  await tx.$executeRaw`
    insert into metric_snapshots (library_post_id, at, workspace_id, views, likes, comments, shares)
    select l.id, now(), l.workspace_id, l.views, l.likes, l.comments, l.shares from library_posts l
    where l.account_id = ${accountId}::uuid and l.platform_post_id = any(${ids}::text[]) and l.figures_changed_at = now()
    on conflict do nothing`;
  return count ?? { inserted: 0, updated: 0 };
}

/** JSON, because figures may be larger than a JavaScript number and arrays of them may hold nulls. */
function rowsOf(posts: readonly ListedPost[]): string {
  // A page that names a post twice would make the statement touch a row twice, which Postgres refuses.
  const unique = new Map(posts.map((post) => [post.platformPostId, post]));
  const rows = [...unique.values()].map((post) => ({
    id: newId(),
    platform_post_id: post.platformPostId,
    type: post.type,
    caption: post.caption,
    permalink: post.permalink,
    duration_ms: post.durationMs,
    views: post.views,
    likes: post.likes,
    comments: post.comments,
    shares: post.shares,
    published_at: post.publishedAt,
    cover_url: post.cover?.url ?? null,
    cover_url_until: post.cover?.until ?? null,
    cover_source: post.cover?.source ?? null,
  }));
  return JSON.stringify(rows, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}
