import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { plantRow } from "@reelay/database/testing";
import { sweepRetention } from "@reelay/jobs";
import { performJob } from "@reelay/jobs/testing";
import { createSweepRetention } from "./sweep-retention.ts";
import { createBench, type Bench } from "./testing/bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
}, 120_000);
afterAll(() => bench.close());

const sweep = () => performJob(sweepRetention, createSweepRetention(bench.deps), {});
const count = async (table: string, workspaceId: string) => {
  const [row] = await bench.db.sql<{ count: number }>(
    `select count(*)::int as count from "${table}" where workspace_id = $1`,
    [workspaceId],
  );
  return row?.count;
};

test.each([
  ["idempotency_keys", "created_at", "48 hours", {}],
  ["oauth_states", "expires_at", "1 day", {}],
  ["webhook_deliveries", "created_at", "30 days", { next_at: "null" }],
  ["notifications", "created_at", "90 days", {}],
  ["audit_log", "at", "1 year", {}],
])("%s are kept by %s for %s, and no longer", async (table, column, span, given) => {
  const { workspaceId } = await bench.workspace();
  await plantRow(bench.db, table, workspaceId, {
    ...given,
    [column]: `now() - interval '${span}' + interval '1 hour'`,
  });
  for (let row = 0; row < 3; row += 1) {
    await plantRow(bench.db, table, workspaceId, {
      ...given,
      [column]: `now() - interval '${span}' - interval '1 hour'`,
    });
  }
  await sweep();
  expect(await count(table, workspaceId)).toBe(1);
});

test("a platform's answers are kept 30 days, and while their publication is in doubt", async () => {
  const { workspaceId } = await bench.workspace();
  const old = "now() - interval '31 days'";
  for (const [status, id] of [
    ["published", "11111111-1111-4111-8111-111111111111"],
    ["needs_review", "22222222-2222-4222-8222-222222222222"],
  ] as const) {
    await plantRow(bench.db, "publications", workspaceId, { id: `'${id}'`, status: `'${status}'` });
    await plantRow(bench.db, "publication_journal", workspaceId, { publication_id: `'${id}'`, at: old });
  }
  await sweep();
  const rows = await bench.db.sql<{ publication_id: string }>(
    "select publication_id from publication_journal where workspace_id = $1",
    [workspaceId],
  );
  expect(rows).toEqual([{ publication_id: "22222222-2222-4222-8222-222222222222" }]);
});

describe("media", () => {
  async function setup() {
    const { workspaceId, accountId } = await bench.workspace();
    const { mediaId, storageKey } = await bench.media(workspaceId, "image");
    await bench.db.sql(`update media set state = 'ready', probe = '{}' where id = $1`, [mediaId]);
    const age = (days: number) =>
      bench.db.sql(
        `with m as (update media set created_at = now() - $2::interval where id = $1 returning id),
         r as (update renditions set last_used_at = now() - $2::interval where media_id = $1),
         p as (update publications set updated_at = now() - $2::interval where id in (select publication_id from publication_media where media_id = $1))
         update posts set updated_at = now() - $2::interval where id in (select post_id from post_media where media_id = $1)`,
        [mediaId, `${days} days`],
      );
    const post = async (status: string) => {
      await bench.db.sql("update media set state = 'probing', probe = null where id = $1", [mediaId]);
      const [publicationId = ""] = await bench.post({ workspaceId, accountIds: [accountId], mediaId });
      await bench.db.sql(`update media set state = 'ready', probe = '{}' where id = $1`, [mediaId]);
      await bench.db.sql(
        `update renditions set state = 'ready', storage_key = $2, content_type = 'video/mp4', size_bytes = 4 where media_id = $1`,
        [mediaId, `renditions/${workspaceId}/${mediaId}.mp4`],
      );
      const nextAt = ["scheduled", "waiting"].includes(status) ? "now() + interval '60 days'" : "null";
      await bench.db.sql(`update publications set status = $2, next_at = ${nextAt} where id = $1`, [
        publicationId,
        status,
      ]);
      return publicationId;
    };
    const media = async () =>
      (
        await bench.db.sql<{ state: string; storage_key: string | null }>(
          "select state, storage_key from media where id = $1",
          [mediaId],
        )
      )[0];
    return { workspaceId, mediaId, storageKey, age, post, media };
  }

  test("that nobody has used for 30 days is deleted with its bytes; younger is kept", async () => {
    const [old, young] = [await setup(), await setup()];
    await old.age(31);
    await young.age(29);
    await sweep();
    expect(await old.media()).toBeUndefined();
    expect(await bench.storage.stat(old.storageKey)).toBeNull();
    expect(await young.media()).toMatchObject({ state: "ready" });
    expect(await bench.storage.stat(young.storageKey)).not.toBeNull();
  });

  test.each(["draft", "preparing", "scheduled", "waiting", "needs_review"])(
    "that a publication in %s needs is kept, however old",
    async (status) => {
      const { age, post, media, storageKey } = await setup();
      await post(status);
      await age(400);
      await sweep();
      expect(await media()).toMatchObject({ state: "ready", storage_key: storageKey });
      expect(await bench.storage.stat(storageKey)).not.toBeNull();
    },
  );

  test.each(["published", "failed", "canceled"])(
    "whose last post has %s long ago keeps its row and loses its bytes",
    async (status) => {
      const { age, post, media, mediaId, storageKey } = await setup();
      await post(status);
      await age(31);
      await sweep();
      expect(await media()).toEqual({ state: "expired", storage_key: null });
      expect(await bench.storage.stat(storageKey)).toBeNull();
      expect(await bench.renditions(mediaId)).toMatchObject([
        { state: "canceled", storage_key: null, failure: { code: "media_expired" } },
      ]);
    },
  );

  test("that was used again yesterday is kept", async () => {
    const { age, post, media, mediaId } = await setup();
    await post("published");
    await age(31);
    await bench.db.sql("update renditions set last_used_at = now() - interval '1 day' where media_id = $1", [mediaId]);
    await sweep();
    expect(await media()).toMatchObject({ state: "ready" });
  });

  test("that a post without targets names is a draft's, and kept", async () => {
    const { workspaceId, age, mediaId, media } = await setup();
    const postId = "33333333-3333-4333-8333-333333333333";
    await plantRow(bench.db, "posts", workspaceId, { id: `'${postId}'`, created_at: "now() - interval '1 year'" });
    await plantRow(bench.db, "post_media", workspaceId, { post_id: `'${postId}'`, media_id: `'${mediaId}'` });
    await age(400);
    await sweep();
    expect(await media()).toMatchObject({ state: "ready" });
  });
});
