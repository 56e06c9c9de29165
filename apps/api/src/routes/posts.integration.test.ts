import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Failure } from "@reelay/domain";
import { findStandingStill, newId } from "@reelay/database";
import { arrangePost } from "../testing/arrange-post.ts";
import { goodConsent, goodOptions, postBody } from "../testing/post-body.ts";
import { startTestRoutes, type TestRoutes } from "../testing/start-test-routes.ts";

let api: TestRoutes;
beforeAll(async () => {
  api = await startTestRoutes();
}, 120_000);
afterAll(() => api.stop());

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

describe("publishing", () => {
  test.each(["/api/posts", "/api/library/publish-multi", "/api/library/tiktok/publish"])(
    "%s accepts a post",
    async (path) => {
      const made = await arrangePost(api);
      const scheduledAt = inAnHour();
      const answer = await made.caller.post(path, postBody(made, { scheduledAt }));
      expect(answer.status).toBe(202);
      expect(answer.body).toEqual({
        id: expect.any(String),
        status: "scheduled",
        publications: [
          {
            id: expect.any(String),
            accountId: made.accountId,
            platform: "tiktok",
            status: "scheduled",
            dueAt: scheduledAt,
          },
        ],
      });
      const { body: post } = await made.caller.get(`/api/posts/${answer.body.id}`);
      expect(post).toMatchObject({ caption: "Été à Lyon #lyon", media: [made.mediaId], scheduledAt, latePolicy: null });
      expect(post.publications[0]).toMatchObject({
        type: "tiktok_video",
        editable: true,
        cancelable: true,
        waitReason: null,
        failure: null,
      });
    },
  );

  test("omitted options mean what the manual says", async () => {
    const made = await arrangePost(api);
    const { body } = await made.caller.post("/api/posts", postBody(made));
    const [row] = await api.db.sql<{ options: object }>("select options from publications where post_id = $1", [
      body.id,
    ]);
    expect(row?.options).toMatchObject({
      mode: "direct",
      privacyLevel: "SELF_ONLY",
      disableComment: true,
      disableDuet: true,
      disableStitch: true,
      brandOrganicToggle: false,
      brandContentToggle: false,
      isAigc: false,
    });
  });

  test("a time with an offset is kept as the same instant, and one 30 s ago means now", async () => {
    const made = await arrangePost(api);
    const later = await made.caller.post("/api/posts", postBody(made, { scheduledAt: "2027-06-01T17:30:00+02:00" }));
    expect(later.body.publications[0].dueAt).toBe("2027-06-01T15:30:00.000Z");
    const now = await made.caller.post(
      "/api/posts",
      postBody(made, { scheduledAt: new Date(Date.now() - 30_000).toISOString() }),
    );
    expect(now.body.publications[0].status).toBe("waiting");
  });

  test("a platform that cannot be asked refuses nothing", async () => {
    const made = await arrangePost(api);
    api.creator.fails = new Failure("platform_unreachable");
    const answer = await made.caller.post("/api/posts", postBody(made));
    api.creator.fails = null;
    expect(answer.status).toBe(202);
  });

  test("a missing Redis is not waited for: the post is accepted, and the sweep finds its conversion", async () => {
    const own = await startTestRoutes({ REDIS_URL: "redis://127.0.0.1:1" });
    try {
      const made = await arrangePost(own);
      await own.db.sql(`update media set kind = 'image', probe = jsonb_set(probe, '{kind}', '"image"')`);
      const startedAt = performance.now();
      const answer = await made.caller.post("/api/posts", postBody(made));
      expect(answer).toMatchObject({ status: 202, body: { publications: [{ status: "preparing" }] } });
      expect(performance.now() - startedAt).toBeLessThan(1_500);
      const { conversions } = await findStandingStill(own.db.database, 10);
      expect(conversions).toMatchObject([{ workspaceId: made.workspaceId }]);
    } finally {
      await own.stop();
    }
  }, 120_000);

  test("exactly 2,200 UTF-16 units are accepted", async () => {
    const made = await arrangePost(api);
    expect((await made.caller.post("/api/posts", postBody(made, { caption: "😀".repeat(1_100) }))).status).toBe(202);
  });
});

describe("a refused post stores nothing", () => {
  type Made = Awaited<ReturnType<typeof arrangePost>>;
  const refusals: [string, number, string, string | null, (made: Made) => object | Promise<object>][] = [
    [
      "a caption over 2,200 UTF-16 units",
      422,
      "caption_too_long",
      "targets.0.caption",
      (made) => postBody(made, { caption: "😀".repeat(1_101) }),
    ],
    [
      "a missing privacyLevel",
      422,
      "privacy_level_required",
      "targets.0.options.privacyLevel",
      (made) => postBody(made, {}, { options: { type: "tiktok_video" } }),
    ],
    [
      "an unknown privacyLevel",
      400,
      "malformed_request",
      "targets.0.options.privacyLevel",
      (made) => postBody(made, {}, { options: { ...goodOptions, privacyLevel: "FRIENDS" } }),
    ],
    [
      "a privacyLevel that the account does not offer",
      422,
      "privacy_level_not_offered",
      "targets.0.options.privacyLevel",
      (made) => postBody(made, {}, { options: { ...goodOptions, privacyLevel: "FOLLOWER_OF_CREATOR" } }),
    ],
    ["no consent", 422, "consent_required", "targets.0.consent", (made) => postBody(made, {}, { consent: undefined })],
    [
      "a consent without music usage",
      422,
      "consent_required",
      "targets.0.consent",
      (made) => postBody(made, {}, { consent: { ...goodConsent, musicUsage: false } }),
    ],
    [
      "branded content without its consent",
      422,
      "consent_required",
      "targets.0.consent",
      (made) =>
        postBody(
          made,
          {},
          { options: { ...goodOptions, privacyLevel: "PUBLIC_TO_EVERYONE", brandContentToggle: true } },
        ),
    ],
    [
      "private branded content",
      422,
      "branded_content_private",
      "targets.0.options.brandContentToggle",
      (made) =>
        postBody(
          made,
          {},
          { options: { ...goodOptions, brandContentToggle: true }, consent: { ...goodConsent, brandedContent: true } },
        ),
    ],
    [
      "an unknown account",
      404,
      "not_found",
      "targets.0.accountId",
      (made) => postBody(made, {}, { accountId: newId() }),
    ],
    [
      "an account id that is none",
      404,
      "not_found",
      "targets.0.accountId",
      (made) => postBody(made, {}, { accountId: "' ; drop" }),
    ],
    [
      "a foreign account",
      404,
      "not_found",
      "targets.0.accountId",
      async (made) => postBody(made, {}, { accountId: (await arrangePost(api)).accountId }),
    ],
    ["an unknown media", 404, "not_found", "media.0", (made) => postBody(made, { media: [newId()] })],
    [
      "a foreign media",
      404,
      "not_found",
      "media.0",
      async (made) => postBody(made, { media: [(await arrangePost(api)).mediaId] }),
    ],
    [
      "a rejected media",
      422,
      "media_rejected",
      "media.0",
      async (made) => postBody(made, { media: [await made.addMedia("rejected")] }),
    ],
    ["no media", 422, "media_count", "media", (made) => postBody(made, { media: [] })],
    [
      "two media",
      422,
      "media_count",
      "media",
      async (made) => postBody(made, { media: [made.mediaId, await made.addMedia()] }),
    ],
    ["an unknown field", 400, "malformed_request", "publishAt", (made) => postBody(made, { publishAt: "now" })],
    [
      "an unknown field of a target",
      400,
      "malformed_request",
      "targets.0.leaseToken",
      (made) => postBody(made, {}, { leaseToken: 1 }),
    ],
    [
      "an unknown option",
      400,
      "malformed_request",
      "targets.0.options.title",
      (made) => postBody(made, {}, { options: { ...goodOptions, title: "x" } }),
    ],
    [
      "somebody's workspace",
      400,
      "malformed_request",
      "workspaceId",
      (made) => postBody(made, { workspaceId: newId() }),
    ],
    [
      "a time long ago",
      422,
      "scheduled_in_past",
      "scheduledAt",
      (made) => postBody(made, { scheduledAt: "2020-01-01T00:00:00Z" }),
    ],
    [
      "a time 61 s ago",
      422,
      "scheduled_in_past",
      "scheduledAt",
      (made) => postBody(made, { scheduledAt: new Date(Date.now() - 61_000).toISOString() }),
    ],
    [
      "a time without a zone",
      400,
      "malformed_request",
      "scheduledAt",
      (made) => postBody(made, { scheduledAt: "2026-12-01T17:30:00" }),
    ],
    [
      "a zone that is none",
      400,
      "malformed_request",
      "scheduledAt",
      (made) => postBody(made, { scheduledAt: "2026-12-01T17:30:00+99:00" }),
    ],
    [
      "30 February",
      400,
      "malformed_request",
      "scheduledAt",
      (made) => postBody(made, { scheduledAt: "2027-02-30T00:00:00Z" }),
    ],
    [
      "a text that is no date",
      400,
      "malformed_request",
      "scheduledAt",
      (made) => postBody(made, { scheduledAt: "tomorrow" }),
    ],
    [
      "a number for a date",
      400,
      "malformed_request",
      "scheduledAt",
      (made) => postBody(made, { scheduledAt: 1_800_000_000 }),
    ],
    [
      "the year 9999",
      422,
      "scheduled_too_far",
      "scheduledAt",
      (made) => postBody(made, { scheduledAt: "9999-12-31T00:00:00Z" }),
    ],
    ["no target", 400, "malformed_request", "targets", (made) => postBody(made, { targets: [] })],
    [
      "a type of post that does not exist yet",
      400,
      "malformed_request",
      "targets.0.options.type",
      (made) => postBody(made, {}, { options: { type: "instagram_reel" } }),
    ],
    [
      "the draft mode",
      400,
      "malformed_request",
      "targets.0.options.mode",
      (made) => postBody(made, {}, { options: { ...goodOptions, mode: "draft" } }),
    ],
    [
      "NUL in a caption",
      422,
      "caption_unpostable",
      "targets.0.caption",
      (made) => postBody(made, { caption: "a\u0000" }),
    ],
    [
      "NUL in who consented",
      400,
      "malformed_request",
      "targets.0.consent.by",
      (made) => postBody(made, {}, { consent: { ...goodConsent, by: "a\u0000" } }),
    ],
    ["a list for a body", 400, "malformed_request", "", () => []],
  ];

  test.each(refusals)("%s: %i %s at %s", async (_what, status, code, path, makeBody) => {
    const made = await arrangePost(api);
    const answer = await made.caller.post("/api/posts", await makeBody(made), { "idempotency-key": "once" });
    expect(answer).toMatchObject({
      status,
      body: { status, code, detail: expect.any(String), requestId: expect.any(String) },
    });
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toContain(path);
    for (const table of [
      "posts",
      "publications",
      "publication_events",
      "post_media",
      "renditions",
      "idempotency_keys",
    ]) {
      expect([table, await made.count(table)]).toEqual([table, 0]);
    }
  });

  test("a video longer than the account may post", async () => {
    const made = await arrangePost(api);
    api.creator.maxVideoDurationMs = 5_000;
    const answer = await made.caller.post("/api/posts", postBody(made));
    api.creator.maxVideoDurationMs = 600_000;
    expect(answer).toMatchObject({ status: 422, body: { code: "video_too_long", errors: [{ path: "media.0" }] } });
    expect(await made.count("posts")).toBe(0);
  });

  test("the address for one TikTok target takes exactly one", async () => {
    const made = await arrangePost(api);
    const body = postBody(made);
    const answer = await made.caller.post("/api/library/tiktok/publish", {
      ...body,
      targets: [...body.targets, ...body.targets],
    });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: "targets" }] } });
  });

  test("a body that is not JSON", async () => {
    const made = await arrangePost(api);
    const response = await made.caller.fetch("/api/posts", {
      method: "POST",
      body: "hello",
      headers: { "content-type": "text/plain" },
    });
    expect(response.status).toBe(415);
    const broken = await made.caller.fetch("/api/posts", {
      method: "POST",
      body: "{",
      headers: { "content-type": "application/json" },
    });
    expect(broken.status).toBe(400);
  });

  test("a refusal speaks the caller's language", async () => {
    const made = await arrangePost(api);
    const answer = await made.caller.post("/api/posts", postBody(made, {}, { consent: undefined }), {
      "accept-language": "fr",
    });
    const message = "Le consentement du créateur manque pour ce contenu.";
    expect(answer.body).toMatchObject({ detail: message, errors: [{ code: "consent_required", message }] });
  });
});

describe("Idempotency-Key", () => {
  test("the same key and body replay the first answer and make one post", async () => {
    const made = await arrangePost(api);
    const first = await made.caller.post("/api/posts", postBody(made), { "idempotency-key": "k" });
    const again = await made.caller.post("/api/library/publish-multi", postBody(made), { "idempotency-key": "k" });
    expect(first.headers.get("idempotent-replayed")).toBeNull();
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect([again.status, again.body]).toEqual([first.status, first.body]);
    expect(await made.count("posts")).toBe(1);
  });

  test("the same key with another body is a mistake, and another key another post", async () => {
    const made = await arrangePost(api);
    await made.caller.post("/api/posts", postBody(made), { "idempotency-key": "k" });
    const other = await made.caller.post("/api/posts", postBody(made, { caption: "other" }), {
      "idempotency-key": "k",
    });
    expect(other).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
    await made.caller.post("/api/posts", postBody(made), { "idempotency-key": "k2" });
    expect(await made.count("posts")).toBe(2);
  });

  test("twenty requests at once with one key make one post", async () => {
    const made = await arrangePost(api);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => made.caller.post("/api/posts", postBody(made), { "idempotency-key": "k" })),
    );
    expect(await made.count("posts")).toBe(1);
    const done = answers.filter(({ status }) => status === 202);
    expect(done.filter(({ headers }) => headers.get("idempotent-replayed") === null)).toHaveLength(1);
    expect(new Set(done.map(({ body }) => body.id)).size).toBe(1);
    for (const answer of answers.filter(({ status }) => status !== 202)) {
      expect(answer).toMatchObject({ status: 409, body: { code: "idempotency_in_progress" } });
      expect(answer.headers.get("retry-after")).toBe("1");
    }
  });

  test("a refusal is not remembered: the corrected request may carry the same key", async () => {
    const made = await arrangePost(api);
    const headers = { "idempotency-key": "k" };
    expect((await made.caller.post("/api/posts", postBody(made, {}, { consent: undefined }), headers)).status).toBe(
      422,
    );
    expect((await made.caller.post("/api/posts", postBody(made), headers)).status).toBe(202);
  });

  test("keys of two workspaces are strangers", async () => {
    const [mine, yours] = [await arrangePost(api), await arrangePost(api)];
    await mine.caller.post("/api/posts", postBody(mine), { "idempotency-key": "k" });
    expect((await yours.caller.post("/api/posts", postBody(yours), { "idempotency-key": "k" })).status).toBe(202);
  });

  test("an answer is replayed for 48 hours and then forgotten", async () => {
    const made = await arrangePost(api);
    await made.caller.post("/api/posts", postBody(made), { "idempotency-key": "k" });
    await api.db.sql(
      "update idempotency_keys set created_at = now() - interval '47 hours 59 minutes' where workspace_id = $1",
      [made.workspaceId],
    );
    expect(
      (await made.caller.post("/api/posts", postBody(made), { "idempotency-key": "k" })).headers.get(
        "idempotent-replayed",
      ),
    ).toBe("true");
    await api.db.sql(
      "update idempotency_keys set created_at = now() - interval '48 hours 1 minute' where workspace_id = $1",
      [made.workspaceId],
    );
    expect((await made.caller.post("/api/posts", postBody(made), { "idempotency-key": "k2" })).status).toBe(202);
    expect(await made.count("idempotency_keys")).toBe(1);
    expect(
      (await made.caller.post("/api/posts", postBody(made), { "idempotency-key": "k" })).headers.get(
        "idempotent-replayed",
      ),
    ).toBeNull();
    expect(await made.count("posts")).toBe(3);
  });

  test.each([
    ["an empty key", ""],
    ["256 characters", "k".repeat(256)],
    ["a key that is not ASCII", "clé"],
  ])("%s is refused", async (_what, key) => {
    const made = await arrangePost(api);
    const answer = await made.caller.post("/api/posts", postBody(made), { "idempotency-key": key });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: "Idempotency-Key" }] } });
    expect(await made.count("posts")).toBe(0);
  });
});

describe("posts", () => {
  async function scheduled() {
    const made = await arrangePost(api);
    const { body } = await made.caller.post("/api/posts", postBody(made, { scheduledAt: inAnHour() }));
    return { ...made, postId: body.id as string, publicationId: body.publications[0].id as string };
  }

  test("a list pages from the newest to the oldest, with their publications", async () => {
    const made = await arrangePost(api);
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) ids.unshift((await made.caller.post("/api/posts", postBody(made))).body.id);
    const first = await made.caller.get("/api/posts?limit=2");
    const second = await made.caller.get(`/api/posts?limit=2&cursor=${first.body.nextCursor}`);
    expect([...first.body.items, ...second.body.items].map((post: { id: string }) => post.id)).toEqual(ids);
    expect(first.body.items[0].publications).toHaveLength(1);
    expect(second.body.nextCursor).toBeNull();
  });

  test("a post is rescheduled without a new consent, and edited with one", async () => {
    const { caller, postId, accountId } = await scheduled();
    const scheduledAt = new Date(Date.now() + 7_200_000).toISOString();
    const moved = await caller.patch(`/api/posts/${postId}`, { scheduledAt });
    expect(moved).toMatchObject({
      status: 200,
      body: { scheduledAt, publications: [{ dueAt: scheduledAt, status: "scheduled" }] },
    });
    const refused = await caller.patch(`/api/posts/${postId}`, { caption: "new" });
    expect(refused).toMatchObject({ status: 422, body: { code: "consent_required" } });
    const edited = await caller.patch(`/api/posts/${postId}`, {
      caption: "new",
      targets: [{ accountId, consent: goodConsent }],
    });
    expect(edited).toMatchObject({ status: 200, body: { caption: "new", publications: [{ caption: "new" }] } });
  });

  test("an edit is held to what the account offers", async () => {
    const { caller, postId, accountId } = await scheduled();
    const options = { ...goodOptions, privacyLevel: "FOLLOWER_OF_CREATOR" };
    const answer = await caller.patch(`/api/posts/${postId}`, {
      targets: [{ accountId, options, consent: goodConsent }],
    });
    expect(answer).toMatchObject({
      status: 422,
      body: { code: "privacy_level_not_offered", errors: [{ path: "targets.0.options.privacyLevel" }] },
    });
  });

  test("what has begun is not edited", async () => {
    const { caller, postId, publicationId } = await scheduled();
    await api.db.sql("update publications set status = 'uploading' where id = $1", [publicationId]);
    const answer = await caller.patch(`/api/posts/${postId}`, { scheduledAt: inAnHour() });
    expect(answer).toMatchObject({
      status: 409,
      body: { code: "already_started", errors: [{ path: `publications.${publicationId}` }] },
    });
    expect((await caller.get(`/api/posts/${postId}`)).body.publications[0]).toMatchObject({
      editable: false,
      cancelable: true,
    });
  });

  test.each<[string, unknown]>([
    ["an unknown field", { status: "published" }],
    ["a time that is none", { scheduledAt: "soon" }],
    ["an unknown option", { targets: [{ accountId: newId(), options: { ...goodOptions, boost: true } }] }],
  ])("an edit with %s is refused", async (_what, body) => {
    const { caller, postId } = await scheduled();
    expect((await caller.patch(`/api/posts/${postId}`, body)).status).toBe(400);
  });

  test("deleting cancels what can be canceled and says what was not", async () => {
    const { caller, postId, publicationId } = await scheduled();
    await api.db.sql(
      "update publications set status = 'processing', lane = 'check', intent = '{}', next_at = now() where id = $1",
      [publicationId],
    );
    const kept = await caller.delete(`/api/posts/${postId}`);
    expect(kept).toMatchObject({
      status: 200,
      body: { canceled: [], notCanceled: [{ publicationId, status: "processing", code: "already_being_published" }] },
    });
    const other = await scheduled();
    const gone = await other.caller.delete(`/api/posts/${other.postId}`, { "idempotency-key": "d" });
    expect(gone).toMatchObject({
      status: 200,
      body: { status: "canceled", canceled: [other.publicationId], notCanceled: [] },
    });
    const again = await other.caller.delete(`/api/posts/${other.postId}`, { "idempotency-key": "d" });
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(again.body).toEqual(gone.body);
  });

  test("posts of others are not found", async () => {
    const [mine, yours] = [await scheduled(), await scheduled()];
    for (const id of [mine.postId, newId(), "x"]) {
      expect((await yours.caller.get(`/api/posts/${id}`)).status).toBe(404);
      expect((await yours.caller.patch(`/api/posts/${id}`, { scheduledAt: null })).status).toBe(404);
      expect((await yours.caller.delete(`/api/posts/${id}`)).status).toBe(404);
    }
    expect((await mine.caller.get(`/api/posts/${mine.postId}`)).body.status).toBe("scheduled");
  });
});
