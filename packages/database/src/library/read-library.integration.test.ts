import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { librarySorts, type LibrarySort } from "@reelay/domain";
import fc from "fast-check";
import {
  createConnectedAccount,
  createLibraryPost,
  createWorkspace,
  testDatabase,
  testVault,
  type LibraryPostWish,
  type TestDatabase,
} from "../testing/index.ts";
import { readLibraryPage, type LibraryPosition, type LibraryQuery } from "./read-library-page.ts";
import type { LibraryPostRow } from "./library-row.ts";

let db: TestDatabase;
beforeAll(async () => void (db = await testDatabase()), 120_000);
afterAll(() => db.close());

async function setup() {
  const { workspaceId } = await createWorkspace(db.database);
  const { accountId } = await createConnectedAccount({ database: db.database, vault: testVault() }, { workspaceId });
  const page = (query: Partial<LibraryQuery> = {}) =>
    db.database.inWorkspace(workspaceId, (tx) =>
      readLibraryPage(tx, { sort: "newest", includeDisappeared: false, limit: 100, ...query }),
    );
  return {
    workspaceId,
    page,
    add: (wish: Partial<LibraryPostWish> = {}) => createLibraryPost(db, { workspaceId, accountId }, wish),
    captions: async (query: Partial<LibraryQuery>) => (await page(query)).posts.map((post) => post.caption).sort(),
  };
}

describe("searching", () => {
  test("finds captions in either case, with or without accents, composed or not", async () => {
    const { add, captions } = await setup();
    const summers = ["Un ÉTÉ à Lyon", "cet ete", "cet e\u0301te\u0301"];
    for (const caption of [...summers, "hiver"]) await add({ caption });
    for (const text of ["été", "ETE", "e\u0301te\u0301"]) expect(await captions({ text })).toEqual(summers.sort());
  });

  test.each(["%", "_", ".*", "\\", "(", "[a", "a{2", "***=", "'", "$1", "]", "^", "\\m", "🎉"])(
    "%j stands for itself and finds nothing else",
    async (text) => {
      const { add, captions } = await setup();
      await add({ caption: `before ${text} after` });
      await add({ caption: "before and after aa" });
      expect(await captions({ text })).toEqual([`before ${text} after`]);
    },
  );
});

describe("paging", () => {
  const figure = fc.constantFrom(null, 0, 1, 2);
  const aPost = fc.record({
    views: figure,
    likes: figure,
    comments: figure,
    shares: figure,
    publishedAt: fc.constantFrom("2026-11-01T12:00:00.000Z", "2026-11-01T12:00:00.001Z", "2026-11-02T12:00:00Z"),
  });
  const aWrite = fc.record({
    kind: fc.constantFrom("add", "change", "disappear", "nothing"),
    nth: fc.nat(30),
    post: aPost,
  });

  test.each(librarySorts)(
    "by %s meets every unchanged post once and in order, whatever is written meanwhile",
    async (sort) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(aPost, { minLength: 4, maxLength: 16 }),
          fc.array(aWrite, { minLength: 8, maxLength: 8 }),
          fc.integer({ min: 1, max: 4 }),
          async (posts, writes, limit) => {
            const { add, page } = await setup();
            const unchanged = new Set<string>();
            for (const post of posts) unchanged.add(await add(post));
            const ids = [...unchanged];
            const met: LibraryPostRow[] = [];
            let after: LibraryPosition | undefined;
            for (const write of [...writes, ...Array<undefined>(40)]) {
              const found = await page({ sort, limit, after });
              met.push(...found.posts);
              if (!found.next) break;
              after = found.next;
              if (!write || write.kind === "nothing") continue;
              const id = ids[write.nth % ids.length] ?? "";
              if (write.kind === "add") await add(write.post);
              else unchanged.delete(id);
              if (write.kind === "disappear")
                await db.sql("update library_posts set disappeared_at = now() where id = $1", [id]);
              if (write.kind === "change") await change(id, write.post);
            }
            const kept = met.filter(({ id }) => unchanged.has(id));
            expect(kept.map(({ id }) => id).sort()).toEqual([...unchanged].sort());
            expect(kept).toEqual([...kept].sort(inOrderOf(sort)));
          },
        ),
        { numRuns: 6, endOnFailure: true },
      );
    },
    120_000,
  );

  async function change(id: string, post: Partial<LibraryPostWish>): Promise<void> {
    await db.sql(
      "update library_posts set views = $2, likes = $3, comments = $4, shares = $5, published_at = $6 where id = $1",
      [id, ...[post.views, post.likes, post.comments, post.shares, post.publishedAt]],
    );
  }
});

/** The order in words: by time or figure, unknown figures last, equal ones by id. */
function inOrderOf(sort: LibrarySort) {
  const keyOf = (post: LibraryPostRow) =>
    sort === "newest" || sort === "oldest" ? post.publishedAt.getTime() : (post[sort] ?? -Infinity);
  const sign = sort === "oldest" ? 1 : -1;
  return (a: LibraryPostRow, b: LibraryPostRow) => {
    const [left, right] = [keyOf(a), keyOf(b)];
    if (left !== right) return left < right ? -sign : sign;
    return a.id < b.id ? -sign : sign;
  };
}
