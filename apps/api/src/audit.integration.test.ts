import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { arrangePost } from "./testing/arrange-post.ts";
import { postBody } from "./testing/post-body.ts";
import { consentAs, startTestApi, type TestApi } from "./testing/start-test-api.ts";
import { startTestRoutes, type TestRoutes } from "./testing/start-test-routes.ts";

let api: TestApi;
let routes: TestRoutes;
beforeAll(async () => void ([api, routes] = await Promise.all([startTestApi(), startTestRoutes()])), 120_000);
afterAll(() => Promise.all([api.close(), routes.stop()]));

const entriesOf = (db: TestApi["db"], workspaceId: string) =>
  db.sql<{ actor_kind: string; actor_id: string; action: string; subject: string; detail: object }>(
    "select actor_kind, actor_id, action, subject, detail from audit_log where workspace_id = $1 order by at, id",
    [workspaceId],
  );

describe("the audit log says who", () => {
  async function setup() {
    const made = await arrangePost(routes);
    const { body: post } = await made.caller.post(
      "/api/posts",
      postBody(made, { scheduledAt: new Date(Date.now() + 3_600_000).toISOString() }),
    );
    const publicationId: string = post.publications[0].id;
    const set = (columns: string) => routes.db.sql(`update publications set ${columns} where id = $1`, [publicationId]);
    const [key] = await routes.db.sql<{ id: string }>("select id from apikey where reference_id = $1", [
      made.workspaceId,
    ]);
    const entries = async () =>
      (await entriesOf(routes.db, made.workspaceId)).map(({ actor_kind, actor_id, ...entry }) => {
        expect([actor_kind, actor_id]).toEqual(["api_key", key?.id]);
        return entry;
      });
    return { ...made, postId: post.id as string, publicationId, set, entries };
  }

  test("created, edited and canceled a post, and nothing of its content", async () => {
    const { caller, postId, publicationId, entries } = await setup();
    const scheduledAt = new Date(Date.now() + 7_200_000).toISOString();
    expect((await caller.patch(`/api/posts/${postId}`, { scheduledAt })).status).toBe(200);
    expect((await caller.delete(`/api/posts/${postId}`)).status).toBe(200);
    expect((await caller.delete(`/api/posts/${postId}`)).status).toBe(200);
    expect(await entries()).toEqual([
      { action: "post.created", subject: postId, detail: { publicationIds: [publicationId] } },
      { action: "post.edited", subject: postId, detail: { changed: ["scheduledAt"], publicationIds: [publicationId] } },
      { action: "post.canceled", subject: postId, detail: { publicationIds: [publicationId] } },
    ]);
  });

  test("canceled a publication, once", async () => {
    const { caller, publicationId, entries } = await setup();
    for (let time = 0; time < 2; time++)
      expect((await caller.post(`/api/publications/${publicationId}/cancel`)).status).toBe(200);
    expect((await entries()).slice(1)).toEqual([
      { action: "publication.canceled", subject: publicationId, detail: {} },
    ]);
  });

  test("resolved and retried a publication", async () => {
    const { caller, publicationId, entries, set } = await setup();
    await set("status = 'needs_review', next_at = null");
    const word = { outcome: "not_published", thenRetry: true };
    expect((await caller.post(`/api/publications/${publicationId}/resolve`, word)).status).toBe(200);
    expect((await entries()).slice(1)).toEqual([
      { action: "publication.resolved", subject: publicationId, detail: { outcome: "not_published" } },
      { action: "publication.retried", subject: publicationId, detail: {} },
    ]);
  });

  test("did nothing when the change was refused, or the same request was sent again", async () => {
    const { caller, mediaId, accountId, publicationId, entries } = await setup();
    expect((await caller.post(`/api/publications/${publicationId}/retry`)).status).toBe(409);
    expect((await caller.post(`/api/publications/${publicationId}/resolve`, { outcome: "published" })).status).toBe(
      409,
    );
    expect((await caller.post("/api/posts", postBody({ accountId, mediaId }, { targets: [] }))).status).toBe(400);
    const once = { "idempotency-key": "once" };
    for (let time = 0; time < 2; time++)
      expect((await caller.post("/api/posts", postBody({ accountId, mediaId }), once)).status).toBe(202);
    expect((await entries()).map(({ action }) => action)).toEqual(["post.created", "post.created"]);
  });
});

describe("the audit log says who connected an account", () => {
  const connections = async () =>
    (await entriesOf(api.db, api.workspaceId)).filter(({ action }) => action === "account.connected");

  test("with a key", async () => {
    const accountId = await api.connectAccount();
    expect(await connections()).toContainEqual({
      actor_kind: "api_key",
      actor_id: expect.any(String),
      action: "account.connected",
      subject: accountId,
      detail: { platform: "tiktok", scopes: expect.any(Array) },
    });
  });

  test("in the browser: the person, not the session", async () => {
    const headers = { cookie: await api.signIn(), accept: "application/json" };
    const started = await (await fetch(`${api.url}/api/auth/tiktok-oauth`, { headers })).json();
    const { authorizeUrl, state } = started as { authorizeUrl: string; state: string };
    const creator = api.simulator.world.addAccount({ username: "maker.browser" });
    const code = consentAs(api.simulator, creator, authorizeUrl);
    const answer = await fetch(`${api.url}/api/auth/tiktok-callback?${new URLSearchParams({ state, code })}`, {
      headers,
    });
    const { account } = (await answer.json()) as { account: { id: string } };
    const [person] = await api.db.sql<{ id: string }>('select id from "user" where email = $1', [api.login.email]);
    expect(await connections()).toContainEqual(
      expect.objectContaining({ actor_kind: "user", actor_id: person?.id, subject: account.id }),
    );
  });
});
