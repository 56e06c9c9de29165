import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { librarySorts } from "@reelay/domain";
import type { Tx } from "../connect.ts";
import { Prisma } from "../generated/client.ts";
import { createWorkspace, testDatabase, testRole, type TestDatabase } from "../testing/index.ts";
import { libraryPageSql, type LibraryQuery } from "./read-library-page.ts";

const workspaces = 10;
const postsEach = 2_000;
const accountsEach = 4;
let db: TestDatabase;
let own: string;
let accountId: string;

beforeAll(async () => {
  db = await testDatabase();
  const ids = await Promise.all(Array.from({ length: workspaces }, () => createWorkspace(db.database)));
  for (const { workspaceId } of ids) await fill(workspaceId);
  own = ids[3]?.workspaceId ?? "";
  const [account] = await db.sql<{ id: string }>("select id from social_accounts where workspace_id = $1 limit 1", [
    own,
  ]);
  accountId = account?.id ?? "";
  await db.sql("analyze library_posts");
  await db.sql("analyze social_accounts");
}, 120_000);
afterAll(() => db.close());

async function fill(workspaceId: string): Promise<void> {
  await db.sql(
    `insert into social_accounts (id, workspace_id, platform, external_id)
     select gen_random_uuid(), $1, 'tiktok', 'test-' || n from generate_series(1, ${accountsEach}) n`,
    [workspaceId],
  );
  await db.sql(
    `insert into library_posts (id, workspace_id, account_id, platform, platform_post_id, type, caption, views, likes, comments, shares, published_at)
     select gen_random_uuid(), a.workspace_id, a.id, 'tiktok', n::text, 'video', 'Caption ' || md5(n::text), nullif(n * 7 % 5000, 0), n % 900,
       n % 50, n % 7, now() - make_interval(hours => n)
     from social_accounts a, generate_series(1, ${postsEach / accountsEach}) n where a.workspace_id = $1`,
    [workspaceId],
  );
}

/** How Postgres answers as the application's role, with its settings as they are. */
async function planOf(query: Partial<LibraryQuery>, before: (tx: Tx) => Promise<unknown> = async () => undefined) {
  const statement = libraryPageSql({ sort: "newest", includeDisappeared: false, limit: 20, ...query });
  return await db.database.inWorkspace(own, async (tx) => {
    await before(tx);
    const lines = await tx.$queryRaw<Record<string, string>[]>(Prisma.sql`explain ${statement}`);
    return lines.map((line) => line["QUERY PLAN"]).join("\n");
  });
}

const indexOf = (sort: string) => `library_posts_${sort === "newest" || sort === "oldest" ? "published" : sort}_idx`;
const positionOf = (sort: string) => ({
  key: sort === "newest" || sort === "oldest" ? String(Date.now() - 1_000 * 3_600_000) : "5",
  id: "0192a000-0000-7000-8000-000000000000",
});

test.each(librarySorts)(
  "a page by %s is read in order from its index, from its place on and no further",
  async (sort) => {
    for (const query of [{ sort }, { sort, platform: "tiktok" as const }, { sort, after: positionOf(sort) }]) {
      const plan = await planOf(query);
      expect(plan).toMatch(new RegExp(`Index Scan( Backward)? using ${indexOf(sort)}`));
      expect(plan).not.toMatch(/Seq Scan|Sort/);
      if (query.after) expect(plan).toMatch(/Index Cond: .*ROW\(/);
    }
  },
);

test("a page of one account, of some days, and a search never read other workspaces' posts", async () => {
  const some: Partial<LibraryQuery>[] = [
    { accountId },
    { accountId, sort: "views" },
    { from: new Date(Date.now() - 10 * 86_400_000), to: new Date() },
    { accountId, text: "nowhere" },
  ];
  for (const query of some) {
    const plan = await planOf(query);
    expect(plan).toMatch(/library_posts_\w+/);
    expect(plan).toMatch(/Index Cond: .*(workspace_id|account_id) =/);
    expect(plan).not.toContain("Seq Scan");
  }
});

test.each(librarySorts)("a search by %s reads its index in order until the page is full", async (sort) => {
  for (const query of [{ sort }, { sort, platform: "tiktok" as const }, { sort, after: positionOf(sort) }]) {
    const plan = await planOf({ ...query, text: "nowhere" });
    expect(plan).toMatch(new RegExp(`Index Scan( Backward)? using ${indexOf(sort)}`));
    expect(plan).not.toMatch(/Seq Scan|Sort/);
  }
});

test("the views cost nothing that is not asked for: accounts are not joined", async () => {
  expect(await planOf({ platform: "tiktok", text: "x" })).not.toContain("social_accounts");
});

test("a trigram index would not serve a search: under row-level security the pattern is only compared after the owner", async () => {
  // As where we make the database: our role owns it, and may create this extension without being a superuser.
  await db.sql(`do $$ begin execute format('alter database %I owner to ${testRole.name}', current_database()); end $$`);
  await db.database.prisma.$executeRaw`create extension pg_trgm`;
  await db.database.prisma
    .$executeRaw`create index library_posts_trigrams on library_posts using gin (caption gin_trgm_ops)`;
  const only = (tx: Tx) =>
    tx.$executeRaw`select set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true)`;
  expect(await planOf({ text: "0123456789abcdef" }, only)).not.toContain("library_posts_trigrams");
  // The index itself is good: for whoever is not held to a workspace it is taken.
  const [line] = await db.sql("explain select id from library_posts where caption ~ '0123456789abcdef'");
  expect(JSON.stringify(line)).toContain("Bitmap Heap Scan");
});
