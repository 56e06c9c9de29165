import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newId, writePublication } from "@reelay/database";
import { arrangePost } from "../testing/arrange-post.ts";
import { postBody } from "../testing/post-body.ts";
import { startTestRoutes, type TestRoutes } from "../testing/start-test-routes.ts";
import { readStream } from "../testing/read-stream.ts";

let api: TestRoutes;
beforeAll(async () => {
  api = await startTestRoutes();
}, 120_000);
afterAll(() => api.stop());

async function setup(change: object = {}) {
  const made = await arrangePost(api);
  const { body } = await made.caller.post("/api/posts", postBody(made, change));
  const id = body.publications[0].id as string;
  const path = `/api/publications/${id}`;
  const set = (columns: string) => api.db.sql(`update publications set ${columns} where id = $1`, [id]);
  return { ...made, id, path, set, postId: body.id as string };
}

describe("a publication", () => {
  test("is shown whole", async () => {
    const { caller, path, postId, accountId, id } = await setup();
    const answer = await caller.get(path);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      id,
      postId,
      accountId,
      platform: "tiktok",
      type: "tiktok_video",
      status: "waiting",
      dueAt: expect.stringMatching(/Z$/),
      waitUntil: null,
      waitReason: null,
      editable: true,
      cancelable: true,
      progress: { step: null, bytesSent: 0, bytesTotal: null, percent: null },
      platformPostId: null,
      permalink: null,
      publishedAt: null,
      failure: null,
      timeline: [{ at: expect.any(String), type: "accepted", detail: { status: "waiting" } }],
    });
  });

  test("says who must act, in the caller's language, and whether it can be retried", async () => {
    const { caller, path, set } = await setup();
    await set(
      `status = 'failed', next_at = null, failure = '{"code":"conversion_failed","cause":{"code":"media_unreadable"},"platformLogId":"log1"}'`,
    );
    const { failure } = (await caller.get(`${path}?lang=fr`)).body;
    expect(failure).toEqual({
      code: "conversion_failed",
      who: "creator",
      message: "Le média n'a pas pu être converti ; envoyez un autre fichier.",
      hint: "Le fichier est abîmé ou incomplet ; envoyez-le à nouveau.",
      platformCode: null,
      platformLogId: "log1",
      retryable: true,
    });
  });

  test("names the next step of the operator, where there is one", async () => {
    const { caller, path, set } = await setup();
    await set(`status = 'failed', next_at = null, failure = '{"code":"storage_full"}'`);
    expect((await caller.get(path)).body.failure).toMatchObject({
      who: "operator",
      hint: "Free space on the disk of STORAGE_DIRECTORY, or raise the limit of the bucket.",
    });
  });

  test("says why a due one stands still: the account, or a pause", async () => {
    const { caller, path, accountId, set } = await setup();
    await api.db.sql("update social_accounts set paused = true where id = $1", [accountId]);
    expect((await caller.get(path)).body).toMatchObject({ waitReason: "paused", waitUntil: null });
    await api.db.sql("update social_accounts set paused = false, state = 'needs_reconnect' where id = $1", [accountId]);
    await set("give_up_at = '2027-01-01T00:00:00Z'");
    expect((await caller.get(path)).body).toMatchObject({
      waitReason: "account_needs_reconnect",
      waitUntil: "2027-01-01T00:00:00.000Z",
    });
  });

  test("shows the bytes that were sent", async () => {
    const { caller, path, set } = await setup();
    await set("status = 'uploading', progress_step = 'send_chunk', bytes_sent = 250, bytes_total = 1000");
    expect((await caller.get(path)).body.progress).toEqual({
      step: "send_chunk",
      bytesSent: 250,
      bytesTotal: 1000,
      percent: 25,
    });
  });

  test("is not found by others, nor by what is no id", async () => {
    const [mine, yours] = [await setup(), await setup()];
    for (const path of [mine.path, `/api/publications/${newId()}`, "/api/publications/x"]) {
      expect((await yours.caller.get(path)).status).toBe(404);
      expect((await yours.caller.get(`${path}/events`)).status).toBe(404);
      expect((await yours.caller.post(`${path}/cancel`)).status).toBe(404);
      expect((await yours.caller.post(`${path}/retry`)).status).toBe(404);
      expect((await yours.caller.post(`${path}/resolve`, { outcome: "not_published" })).status).toBe(404);
    }
    expect((await mine.caller.get(mine.path)).body.status).toBe("waiting");
  });
});

describe("cancel", () => {
  test("ends what has not begun to be published, once", async () => {
    const { caller, path } = await setup();
    const answer = await caller.post(`${path}/cancel`);
    expect(answer).toMatchObject({ status: 200, body: { status: "canceled", editable: false, cancelable: false } });
    expect(answer.body.timeline.at(-1)).toMatchObject({ type: "canceled", detail: { by: { kind: "api_key" } } });
    expect((await caller.post(`${path}/cancel`)).body.timeline).toHaveLength(2);
  });

  test("comes too late once the intent is saved", async () => {
    const { caller, path, set } = await setup();
    await set("status = 'processing', lane = 'check', intent = '{}'");
    expect(await caller.post(`${path}/cancel`)).toMatchObject({
      status: 409,
      body: { code: "already_being_published" },
    });
  });

  test("takes no body but an empty one", async () => {
    const { caller, path } = await setup();
    expect((await caller.post(`${path}/cancel`, { force: true })).status).toBe(400);
    expect((await caller.post(`${path}/cancel`, {})).status).toBe(200);
  });
});

describe("retry", () => {
  test("begins a failed publication anew, once per key", async () => {
    const { caller, path, set } = await setup();
    await set("status = 'failed', next_at = null, checkpoint = 'x', init_count = 3");
    const headers = { "idempotency-key": "r" };
    const answer = await caller.post(`${path}/retry`, undefined, headers);
    expect(answer).toMatchObject({ status: 200, body: { status: "waiting", failure: null, editable: true } });
    const again = await caller.post(`${path}/retry`, undefined, headers);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(await caller.post(`${path}/retry`)).toMatchObject({ status: 409, body: { code: "not_retryable" } });
  });
});

describe("resolve", () => {
  const inReview = async () => {
    const made = await setup();
    await made.set("status = 'needs_review', next_at = null, lane = 'check', intent = '{}', checkpoint = 'x'");
    return made;
  };

  test("a person's yes makes it published", async () => {
    const { caller, path } = await inReview();
    const answer = await caller.post(`${path}/resolve`, { outcome: "published", platformPostId: "7300" });
    expect(answer).toMatchObject({
      status: 200,
      body: { status: "published", platformPostId: "7300", publishedAt: expect.any(String), failure: null },
    });
    expect(await caller.post(`${path}/resolve`, { outcome: "published" })).toMatchObject({
      status: 409,
      body: { code: "not_in_review" },
    });
  });

  test("a person's no makes it failed, and free to be retried", async () => {
    const { caller, path, id } = await inReview();
    const answer = await caller.post(`${path}/resolve`, { outcome: "not_published" });
    expect(answer).toMatchObject({
      status: 200,
      body: { status: "failed", failure: { code: "resolved_not_published", retryable: true } },
    });
    const journal = await api.db.sql("select kind, step, answer from publication_journal where publication_id = $1", [
      id,
    ]);
    expect(journal).toMatchObject([{ kind: "verdict", step: "resolve", answer: { outcome: "not_published" } }]);
    expect((await caller.post(`${path}/retry`)).body.status).toBe("waiting");
  });

  test("a no may ask for the retry in the same breath", async () => {
    const { caller, path } = await inReview();
    const { body } = await caller.post(`${path}/resolve`, { outcome: "not_published", thenRetry: true });
    expect(body).toMatchObject({ status: "waiting", failure: null });
    expect(body.timeline.map((entry: { type: string }) => entry.type)).toEqual([
      "accepted",
      "resolved_not_published",
      "retried",
    ]);
  });

  test.each<[string, unknown]>([
    ["no outcome", {}],
    ["an unknown outcome", { outcome: "maybe" }],
    ["a retry of what was published", { outcome: "published", thenRetry: true }],
    ["a post id of what was not", { outcome: "not_published", platformPostId: "1" }],
  ])("%s is refused", async (_what, body) => {
    const { caller, path } = await inReview();
    expect((await caller.post(`${path}/resolve`, body)).status).toBe(400);
    expect((await caller.get(path)).body.status).toBe("needs_review");
  });
});

describe("the live stream", () => {
  const write = (workspaceId: string, id: string, event: Parameters<typeof writePublication>[2]) =>
    api.db.database.inWorkspace(workspaceId, (tx) => writePublication(tx, id, event));

  test("tells every event with its seq, the progress beside it, and ends when it is over", async () => {
    const { caller, path, id, workspaceId, set } = await setup();
    const stream = await readStream(await caller.fetch(`${path}/events`));
    expect(await stream.next("message")).toMatchObject({ id: "1", data: { type: "accepted" } });
    await write(workspaceId, id, { event: { type: "started" }, change: {} });
    expect(await stream.next("message")).toMatchObject({ id: "2", data: { type: "started" } });
    await set("bytes_sent = 500, bytes_total = 1000");
    expect(await stream.next("progress", ({ data }) => data["percent"] === 50)).toMatchObject({
      id: null,
      data: { status: "uploading", bytesSent: 500 },
    });
    await write(workspaceId, id, { event: { type: "failed" }, change: { nextInMs: null } });
    expect(await stream.next("message")).toMatchObject({ id: "3", data: { type: "failed" } });
    await stream.next("end");
    await stream.ended;
  });

  test("resumes after the last event that was seen", async () => {
    const { caller, path, id, workspaceId } = await setup();
    await write(workspaceId, id, { event: { type: "started" }, change: {} });
    const stream = await readStream(await caller.fetch(`${path}/events`, { headers: { "last-event-id": "1" } }));
    expect(await stream.next("message")).toMatchObject({ id: "2" });
    await stream.close();
  });

  test("tells a browser that comes back after the end to stay away", async () => {
    const { caller, path } = await setup();
    await caller.post(`${path}/cancel`);
    const stream = await readStream(await caller.fetch(`${path}/events`));
    expect(await stream.next("message")).toMatchObject({ id: "1" });
    expect(await stream.next("message")).toMatchObject({ id: "2", data: { type: "canceled" } });
    await stream.ended;
    expect((await caller.fetch(`${path}/events`, { headers: { "last-event-id": "2" } })).status).toBe(204);
    expect((await caller.fetch(`${path}/events`, { headers: { "last-event-id": "x" } })).status).toBe(400);
  });

  test("ends with the server", async () => {
    const own = await startTestRoutes();
    const made = await arrangePost(own);
    const { body } = await made.caller.post("/api/posts", postBody(made));
    const path = `/api/publications/${body.publications[0].id}/events`;
    const stream = await readStream(await made.caller.fetch(path));
    await stream.next("message");
    const stopped = own.stop();
    await stream.ended;
    await stopped;
  }, 120_000);
});
