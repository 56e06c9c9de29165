import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  finishConversion,
  finishProbe,
  leaseConversion,
  leaseProbe,
  newId,
  postingRows,
  readEvents,
  readPublications,
  type Database,
} from "@reelay/database";
import { testDatabase, type TestDatabase } from "@reelay/database/testing";
import { Failure } from "@reelay/domain";
import { acceptPost } from "./accept-post.ts";
import { decideRendition } from "./decide-rendition.ts";
import { anyImage, postOf, setupWorkspace, type TestWorkspace } from "./testing/setup-workspace.ts";

let opened: TestDatabase;
let database: Database;
beforeAll(async () => {
  opened = await testDatabase();
  database = opened.database;
}, 120_000);
afterAll(() => opened.close());

const by = { kind: "user", id: "u1" };
const accept = (space: TestWorkspace, request: ReturnType<typeof postOf>) =>
  database.inWorkspace(space.workspaceId, (tx) =>
    acceptPost(postingRows(tx), { workspaceId: space.workspaceId, by, request }),
  );
const publicationOf = async (space: TestWorkspace, postId: string) => {
  const [row] = await database.inWorkspace(space.workspaceId, (tx) => readPublications(tx, { postIds: [postId] }));
  if (!row) throw new Error("no publication");
  return row;
};

describe("accepting a post", () => {
  test("a video that fits is due at once, its first event has seq 1", async () => {
    const space = await setupWorkspace(opened);
    const media = await space.addMedia("video", "ready");
    const { answer, wakeups } = await accept(space, postOf(media.id, [space.accountId]));
    expect(answer).toMatchObject({
      status: "publishing",
      publications: [{ status: "waiting", platform: "tiktok", accountId: space.accountId }],
    });
    expect(wakeups).toEqual({ convert: [], due: true });
    const row = await publicationOf(space, answer.id);
    expect(row).toMatchObject({ version: 1, status: "waiting", caption: "Été à Lyon #lyon", mediaIds: [media.id] });
    const events = await database.inWorkspace(space.workspaceId, (tx) => readEvents(tx, row.id, 0, 10));
    expect(events).toMatchObject([{ seq: 1, type: "accepted" }]);
  });

  test("an image is converted long before its time, and scheduled once it is", async () => {
    const space = await setupWorkspace(opened);
    const media = await space.addMedia("image", "ready");
    const scheduledAt = new Date(Date.now() + 3_600_000);
    const { answer, wakeups } = await accept(space, postOf(media.id, [space.accountId], { scheduledAt }));
    expect(answer.publications).toMatchObject([{ status: "preparing", dueAt: scheduledAt.toISOString() }]);
    expect(wakeups).toMatchObject({ convert: [expect.any(String)], due: false });
    await convert(space, wakeups.convert[0] ?? "");
    expect(await publicationOf(space, answer.id)).toMatchObject({ status: "scheduled", version: 2 });
  });

  test("media that is still being probed is accepted; the probe moves the publication on", async () => {
    const space = await setupWorkspace(opened);
    const media = await space.addMedia("image", "probing");
    const { answer, wakeups } = await accept(space, postOf(media.id, [space.accountId]));
    expect(wakeups.convert).toEqual([]);
    const probed = await probe(space, media.id);
    expect(probed?.convert).toHaveLength(1);
    await convert(space, probed?.convert[0] ?? "");
    expect(await publicationOf(space, answer.id)).toMatchObject({ status: "waiting" });
  });

  test("two posts of the same media and options share one rendition", async () => {
    const space = await setupWorkspace(opened);
    const media = await space.addMedia("image", "ready");
    const first = await accept(space, postOf(media.id, [space.accountId]));
    const second = await accept(space, postOf(media.id, [space.accountId]));
    expect(second.wakeups.convert).toEqual(first.wakeups.convert);
    expect(await space.count("renditions")).toBe(1);
  });

  test("a consent is bound to media, caption and options", async () => {
    const space = await setupWorkspace(opened);
    const media = await space.addMedia("video", "ready");
    const request = postOf(media.id, [space.accountId]);
    const digests = new Set<string | null>();
    for (const change of [{}, {}, { caption: "another" }]) {
      const { answer } = await accept(space, { ...request, ...change });
      digests.add((await publicationOf(space, answer.id)).consentDigest);
    }
    expect(digests.size).toBe(2);
  });
});

describe("a refused post stores nothing", () => {
  const refusals: [string, string, (space: TestWorkspace, mediaId: string) => Promise<ReturnType<typeof postOf>>][] = [
    ["an unknown account", "not_found", async (_space, mediaId) => postOf(mediaId, [newId()])],
    [
      "an account of another workspace",
      "not_found",
      async (_space, mediaId) => postOf(mediaId, [(await setupWorkspace(opened)).accountId]),
    ],
    ["an unknown media", "not_found", async (space) => postOf(newId(), [space.accountId])],
    ["a text that is no id", "not_found", async (space) => postOf("1 OR 1=1", [space.accountId])],
    [
      "media of another workspace",
      "not_found",
      async (space) => postOf((await (await setupWorkspace(opened)).addMedia("video", "ready")).id, [space.accountId]),
    ],
    [
      "rejected media",
      "media_rejected",
      async (space) => postOf((await space.addMedia("video", "rejected")).id, [space.accountId]),
    ],
    ["no media", "media_count", async (space, mediaId) => postOf(mediaId, [space.accountId], { media: [] })],
    [
      "an account that must be reconnected",
      "account_not_connected",
      async (space, mediaId) => postOf(mediaId, [await space.addAccount("needs_reconnect")]),
    ],
    [
      "a disconnected account",
      "not_found",
      async (space, mediaId) => postOf(mediaId, [await space.addAccount("disconnected")]),
    ],
    [
      "an account twice",
      "target_duplicated",
      async (space, mediaId) => postOf(mediaId, [space.accountId, space.accountId]),
    ],
    [
      "2,201 UTF-16 units",
      "caption_too_long",
      async (space, mediaId) => postOf(mediaId, [space.accountId], { caption: "é".repeat(2_201) }),
    ],
    [
      "a caption with NUL",
      "caption_unpostable",
      async (space, mediaId) => postOf(mediaId, [space.accountId], { caption: "a\u0000b" }),
    ],
    [
      "half a surrogate pair",
      "caption_unpostable",
      async (space, mediaId) => postOf(mediaId, [space.accountId], { caption: "a\ud83d" }),
    ],
    [
      "a time 61 s ago",
      "scheduled_in_past",
      async (space, mediaId) => postOf(mediaId, [space.accountId], { scheduledAt: new Date(Date.now() - 61_000) }),
    ],
    [
      "a time in the year 9999",
      "scheduled_too_far",
      async (space, mediaId) => postOf(mediaId, [space.accountId], { scheduledAt: new Date("9999-12-01T00:00:00Z") }),
    ],
  ];

  test.each(refusals)("%s: %s", async (_what, code, makeRequest) => {
    const space = await setupWorkspace(opened);
    const media = await space.addMedia("video", "ready");
    const request = await makeRequest(space, media.id);
    await expect(accept(space, request)).rejects.toMatchObject({ code });
    for (const table of ["posts", "publications", "renditions", "post_media"]) expect(await space.count(table)).toBe(0);
  });

  test("media that can never be what TikTok takes is refused, and no rendition is left behind", async () => {
    const space = await setupWorkspace(opened);
    const media = await space.addMedia("video", "ready");
    await database.asSystem(
      (tx) =>
        tx.$executeRaw`update media set probe = jsonb_set(probe, '{durationMs}', '700000') where id = ${media.id}::uuid`,
    );
    await expect(accept(space, postOf(media.id, [space.accountId]))).rejects.toMatchObject({
      code: "conversion_impossible",
    });
    expect(await space.count("renditions")).toBe(0);
  });

  test("several problems are told together", async () => {
    const space = await setupWorkspace(opened);
    const media = await space.addMedia("video", "ready");
    const request = postOf(media.id, [space.accountId], { caption: "x".repeat(2_201), scheduledAt: new Date(0) });
    const failure = await accept(space, request).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect((failure as Failure).code).toBe("unprocessable");
    expect((failure as Failure).details.errors?.map(({ path, code }) => [path, code])).toEqual([
      ["scheduledAt", "scheduled_in_past"],
      ["targets.0.caption", "caption_too_long"],
    ]);
  });
});

describe("acceptance and the end of a probe or conversion never miss each other", () => {
  const ends = ["probe", "conversion"] as const;
  async function setup(what: (typeof ends)[number], knownBefore: boolean) {
    const space = await setupWorkspace(opened);
    const media = await space.addMedia("image", what === "probe" ? "probing" : "ready");
    const request = postOf(media.id, [space.accountId]);
    const first = knownBefore ? await accept(space, request) : null;
    const renditionId = async () => {
      const [row] = await opened.sql<{ id: string }>("select id from renditions where media_id = $1", [media.id]);
      return row?.id ?? "";
    };
    const end = async () => {
      if (what === "probe") await probe(space, media.id);
      else await convert(space, await renditionId());
    };
    const finish = async () => {
      if (what === "probe") await convert(space, await renditionId());
    };
    return { space, request, firstId: first?.answer.id ?? "", end, finish };
  }

  test.each(ends)("a %s that ends before the acceptance is committed waits for it", async (what) => {
    const { space, request, end, finish } = await setup(what, what === "conversion");
    let ended: Promise<void> = Promise.resolve();
    const { answer } = await database.inWorkspace(space.workspaceId, async (tx) => {
      const accepted = await acceptPost(postingRows(tx), { workspaceId: space.workspaceId, by, request });
      ended = end();
      await lockWaits(1);
      return accepted;
    });
    await ended;
    await finish();
    expect(await publicationOf(space, answer.id)).toMatchObject({ status: "waiting" });
  });

  test.each(ends)("an acceptance that comes while a %s is about to be committed waits for it", async (what) => {
    const { space, request, firstId, end, finish } = await setup(what, true);
    const both = await database.inWorkspace(space.workspaceId, async (tx) => {
      await tx.$executeRaw`select 1 from publications where post_id = ${firstId}::uuid for update`;
      const ended = end();
      // A probe only decides: it has no publication to move, so it may be over already.
      if (what === "conversion") await lockWaits(1);
      const accepted = accept(space, request);
      if (what === "conversion") await lockWaits(2);
      return { ended, accepted };
    });
    await both.ended;
    const second = await both.accepted;
    await finish();
    for (const id of [firstId, second.answer.id])
      expect(await publicationOf(space, id)).toMatchObject({ status: "waiting" });
  });
});

/** Waits until so many sessions of this database wait for a lock. */
async function lockWaits(wanted: number): Promise<void> {
  const deadline = Date.now() + 4_000;
  for (;;) {
    const [row] = await opened.sql<{ waiting: number }>(
      "select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    if ((row?.waiting ?? 0) >= wanted) return;
    if (Date.now() > deadline) throw new Error(`fewer than ${wanted} wait`);
  }
}

async function probe(space: TestWorkspace, mediaId: string) {
  const lease = await leaseProbe(database, { workspaceId: space.workspaceId, mediaId, leaseMs: 10_000 });
  if (!lease) throw new Error("not probing");
  return await finishProbe(database, lease, anyImage, decideRendition);
}

async function convert(space: TestWorkspace, renditionId: string) {
  const lease = await leaseConversion(database, { workspaceId: space.workspaceId, renditionId, leaseMs: 10_000 });
  if (!lease) throw new Error("not queued");
  const result = {
    storageKey: `renditions/${renditionId}`,
    contentType: "video/mp4",
    sizeBytes: 10,
    sha256: "0".repeat(64),
    durationMs: 5_000,
  };
  expect(await finishConversion(database, lease, result)).not.toBeNull();
}
