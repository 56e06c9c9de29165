import type { LibrarySort } from "@reelay/domain";
import type { Tx } from "../connect.ts";
import { Prisma } from "../generated/client.ts";
import { columns, libraryPostOf, type LibraryPostRow, type RawLibraryPost } from "./library-row.ts";
import { searchPattern } from "./search-pattern.ts";

/** Where a page ended: what its last post was sorted by (milliseconds, or a figure with -1 for unknown), and its id. */
export interface LibraryPosition {
  readonly key: string;
  readonly id: string;
}

export interface LibraryQuery {
  readonly platform?: "tiktok" | "instagram" | undefined;
  readonly accountId?: string | undefined;
  /** Found anywhere in the caption, in either case, with or without accents. */
  readonly text?: string | undefined;
  /** Published at or after. */
  readonly from?: Date | undefined;
  /** Published before. */
  readonly to?: Date | undefined;
  readonly includeDisappeared: boolean;
  readonly sort: LibrarySort;
  readonly after?: LibraryPosition | undefined;
  readonly limit: number;
}

/**
 * One page of the workspace's synced posts. Pages follow each other by what the posts are sorted by and their id, so that a
 * post whose sort key stays is met exactly once, whatever is written meanwhile.
 */
export async function readLibraryPage(
  tx: Tx,
  query: LibraryQuery,
): Promise<{ posts: LibraryPostRow[]; next: LibraryPosition | null }> {
  const rows = await tx.$queryRaw<(RawLibraryPost & { sortKey: string })[]>(libraryPageSql(query));
  const page = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? page.at(-1) : undefined;
  return { posts: page.map(libraryPostOf), next: last ? { key: last.sortKey, id: last.id } : null };
}

/** The statement of `readLibraryPage`, which asks for one row more than the page has. */
export function libraryPageSql(query: LibraryQuery): Prisma.Sql {
  const { key, keyAsText, direction } = orders[query.sort];
  const way = Prisma.raw(direction);
  return Prisma.sql`
    select ${columns}, ${keyAsText} as "sortKey" from ${sourceOf(query)} p
    where ${Prisma.join(conditionsOf(query), " and ")}
    order by ${key} ${way}, p.id ${way} limit ${query.limit + 1}`;
}

function sourceOf({ platform }: LibraryQuery): Prisma.Sql {
  if (platform === "tiktok") return Prisma.sql`tiktok_posts`;
  return platform === "instagram" ? Prisma.sql`instagram_posts` : Prisma.sql`library_posts`;
}

function conditionsOf(query: LibraryQuery): Prisma.Sql[] {
  const all = [Prisma.sql`true`];
  if (query.accountId !== undefined) all.push(Prisma.sql`p.account_id = ${query.accountId}::uuid`);
  if (query.from !== undefined) all.push(Prisma.sql`p.published_at >= ${at(query.from.getTime())}`);
  if (query.to !== undefined) all.push(Prisma.sql`p.published_at < ${at(query.to.getTime())}`);
  if (!query.includeDisappeared) all.push(Prisma.sql`p.disappeared_at is null`);
  if (query.text !== undefined) all.push(isFound(query.text));
  if (query.after) all.push(afterPosition(query.sort, query.after));
  return all;
}

// Of a bare pattern Postgres guesses that it matches nearly nothing, and reads and sorts everything; of CASE that it matches
// half, and walks the index until the page is full.
function isFound(text: string): Prisma.Sql {
  return Prisma.sql`case when p.caption ~ ${searchPattern(text)} then true end`;
}

function afterPosition(sort: LibrarySort, after: LibraryPosition): Prisma.Sql {
  const { key, direction, keyFrom } = orders[sort];
  const beyond = Prisma.raw(direction === "asc" ? ">" : "<");
  return Prisma.sql`(${key}, p.id) ${beyond} (${keyFrom(after.key)}, ${after.id}::uuid)`;
}

interface Order {
  readonly key: Prisma.Sql;
  readonly keyAsText: Prisma.Sql;
  readonly keyFrom: (text: string) => Prisma.Sql;
  readonly direction: "asc" | "desc";
}

const byTime = (direction: "asc" | "desc"): Order => ({
  key: Prisma.sql`p.published_at`,
  keyAsText: Prisma.sql`(extract(epoch from p.published_at) * 1000)::bigint::text`,
  keyFrom: (text) => at(Number(text)),
  direction,
});

// As the index spells it: unknown is less than none. Postgres trusts CASE before the row's owner is checked, but not coalesce.
const byFigure = (column: "views" | "likes" | "comments" | "shares"): Order => {
  const figure = Prisma.raw(`p.${column}`);
  const key = Prisma.sql`case when ${figure} is null then -1 else ${figure} end`;
  return {
    key,
    keyAsText: Prisma.sql`(${key})::text`,
    keyFrom: (text) => Prisma.sql`${text}::bigint`,
    direction: "desc",
  };
};

const orders: Readonly<Record<LibrarySort, Order>> = {
  newest: byTime("desc"),
  oldest: byTime("asc"),
  views: byFigure("views"),
  likes: byFigure("likes"),
  comments: byFigure("comments"),
  shares: byFigure("shares"),
};

function at(ms: number): Prisma.Sql {
  return Prisma.sql`to_timestamp(${ms}::float8 / 1000)`;
}
