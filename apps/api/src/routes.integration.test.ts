import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { createOpenApi } from "@reelay/contract";
import { createConnectedAccount, testVault } from "@reelay/database/testing";
import { newId } from "@reelay/database";
import { createRouters } from "./create-app.ts";
import { mountedRoutes } from "./middleware/unmatched.ts";
import type { ApiDeps } from "./deps.ts";
import { startTestApi, type TestApi } from "./testing/start-test-api.ts";

let api: TestApi;
let deps: ApiDeps;
beforeAll(async () => void (api = await startTestApi({ onDeps: (opened) => (deps = opened) })), 60_000);
afterAll(() => api.close(), 30_000);

const apiRoutes = () => {
  const { anonymous, open, authenticated } = createRouters(deps);
  return mountedRoutes([...anonymous, ...open, ...authenticated]);
};

test("the document describes the routes that are mounted, and no others", async () => {
  const document = (await (await fetch(`${api.url}/openapi.json`)).json()) as ReturnType<typeof createOpenApi>;
  const documented = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const mounted = apiRoutes().map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
  expect(documented.sort()).toEqual(mounted.sort());
});

test("on every route that takes an id, another workspace's id exists as little as one that nobody has", async () => {
  const other = await api.otherWorkspace();
  const { accountId } = await createConnectedAccount(
    { database: api.db.database, vault: testVault() },
    { workspaceId: other.workspaceId },
  );
  const ids = await addRows(other.workspaceId, accountId);
  // OPTIONS tells what an address is for, not what is there.
  const routes = apiRoutes().filter(({ method, path }) => path.includes(":id") && method !== "OPTIONS");
  expect(routes.length).toBeGreaterThanOrEqual(14);
  const fingerprint = async () =>
    JSON.stringify(
      await api.db.sql(
        "select status, version from publications union all select state, paused::int from social_accounts",
      ),
    );
  const before = await fingerprint();
  for (const { method, path } of routes) {
    const kind = path.startsWith("/api/media/uploads") ? "uploads" : (path.split("/")[2] ?? "");
    const ask = async (id: string) => {
      const body = ["GET", "HEAD", "DELETE"].includes(method)
        ? {}
        : { body: JSON.stringify(bodyOf(path)), headers: { "content-type": "application/json" } };
      const response = await api.caller.fetch(path.replace(":id", id), { method, ...body });
      const text = await response.text();
      // An answer to HEAD has no body.
      const answer = text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
      return { status: response.status, answer: { ...answer, requestId: "" } };
    };
    const foreign = await ask(ids[kind] ?? newId());
    expect({ method, path, status: foreign.status }).toEqual({ method, path, status: 404 });
    expect(await ask(newId())).toEqual(foreign);
  }
  expect(await fingerprint()).toBe(before);
});

test("every route but the open ones asks who is there before anything else", async () => {
  const { authenticated } = createRouters(deps);
  for (const { method, path } of mountedRoutes(authenticated)) {
    const response = await fetch(api.url + path.replace(":id", "no-id"), { method });
    expect({ method, path, status: response.status }).toEqual({ method, path, status: 401 });
    await response.arrayBuffer();
  }
});

function bodyOf(path: string): object {
  if (path.endsWith("/renditions")) return { target: "tiktok-video" };
  if (path.endsWith("/resolve")) return { outcome: "published" };
  return {};
}

/** One row of each kind, as the other workspace's routes would name it. */
async function addRows(workspaceId: string, accountId: string): Promise<Record<string, string>> {
  const ids = {
    accounts: accountId,
    media: newId(),
    renditions: newId(),
    posts: newId(),
    publications: newId(),
    library: newId(),
    uploads: newId(),
  };
  const { sql } = api.db;
  await sql(
    `insert into media (id, workspace_id, kind, state, file_name, content_type, size_bytes, sha256, storage_key)
     values ($1, $2, 'image', 'ready', 'a.jpg', 'image/jpeg', 1, 'x', 'k')`,
    [ids.media, workspaceId],
  );
  await sql(
    `insert into renditions (id, workspace_id, media_id, input_sha256, target, options, options_digest) values ($1, $2, $3, 'x', 'tiktok-video', '{}', 'x')`,
    [ids.renditions, workspaceId, ids.media],
  );
  await sql(
    "insert into uploads (id, workspace_id, size_bytes, expires_at) values ($1, $2, 10, now() + interval '1 day')",
    [ids.uploads, workspaceId],
  );
  await sql("insert into posts (id, workspace_id, created_by_kind, created_by_id) values ($1, $2, 'user', 'test')", [
    ids.posts,
    workspaceId,
  ]);
  await sql(
    `insert into publications (id, workspace_id, post_id, account_id, platform, type, options, status, due_at)
     values ($1, $2, $3, $4, 'tiktok', 'tiktok_video', '{}', 'needs_review', now())`,
    [ids.publications, workspaceId, ids.posts, accountId],
  );
  await sql(
    `insert into library_posts (id, workspace_id, account_id, platform, platform_post_id, type, cover_storage_key, published_at)
     values ($1, $2, $3, 'tiktok', '1', 'video', 'k', now())`,
    [ids.library, workspaceId, accountId],
  );
  return ids;
}
