import { untilDone } from "@reelay/runtime/testing";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newId } from "@reelay/database";
import { allJobs, cancelled, openQueues, probeMedia, runWorker, type Queues } from "@reelay/jobs";
import { createIdentity } from "@reelay/identity";
import { silentLogger } from "@reelay/runtime";
import { parseConfig } from "./config.ts";
import { startTestDashboard, type TestDashboard } from "./testing/start-test-dashboard.ts";

const secret = "SECRET123";
let on: TestDashboard;
let queues: Queues;
let operator: string;

beforeAll(async () => {
  on = await startTestDashboard();
  queues = openQueues(on.redis);
  await untilDone(() => queues.ping());
  operator = await on.signIn(on.operator);
  await queues.enqueue(probeMedia, { mediaId: newId(), workspaceId: newId(), note: secret } as never, "one");
  await failOnce();
});
afterAll(async () => {
  await queues?.close();
  await on?.close();
});

/** One job ends for good, with a reason that a worker should never have given. */
async function failOnce(): Promise<void> {
  let isOver: () => void = () => undefined;
  const over = new Promise<void>((resolve) => (isOver = resolve));
  const worker = runWorker({
    redis: on.redis,
    job: probeMedia,
    handler: async () => cancelled(`because of ${secret}`),
    places: 1,
    backoffMs: () => 1,
    report: () => isOver(),
    onError: () => undefined,
  });
  await over;
  await worker.stop(5_000);
}

const jobIds = async (): Promise<string[]> => {
  const path = "/queues/api/queues?activeQueue=probe-media&status=failed&page=1&jobsPerPage=10";
  const { queues: shown } = (await (await on.ask(path, { cookie: operator })).json()) as {
    queues: { name: string; jobs: { id: string }[] }[];
  };
  return shown.find(({ name }) => name === "probe-media")?.jobs.map(({ id }) => id) ?? [];
};

const pages = ["/", "/queues", "/queues/queue/probe-media", "/queues/queue/probe-media/1", "/queues/job-schedulers"];
const reads = [
  "/figures",
  "/nothing",
  "/queues/api/queues",
  "/queues/api/redis/stats",
  "/queues/api/queues/probe-media/1",
  "/queues/api/queues/probe-media/1/logs",
  "/queues/static/images/logo.svg",
];
const writes: [string, string][] = [
  ["POST", "/pause"],
  ["POST", "/resume"],
  ["POST", `/holds/${newId()}/lift`],
  ["POST", "/queues/api/queues/probe-media/add"],
  ["PUT", "/queues/api/queues/pause"],
  ["PUT", "/queues/api/queues/probe-media/pause"],
  ["PUT", "/queues/api/queues/probe-media/empty"],
  ["PUT", "/queues/api/queues/probe-media/obliterate"],
  ["PUT", "/queues/api/queues/probe-media/clean/failed"],
  ["PUT", "/queues/api/queues/probe-media/retry/failed"],
  ["PUT", "/queues/api/queues/probe-media/1/retry"],
  ["PATCH", "/queues/api/queues/probe-media/1/update-data"],
  ["DELETE", "/queues/api/queues/probe-media/1"],
];

describe("B1: whoever has not signed in sees nothing and changes nothing", () => {
  test.each(pages)("a page leads to signing in: %s", async (path) => {
    const answer = await on.ask(path, { headers: { accept: "text/html" } });
    expect([answer.status, answer.headers.get("location")]).toEqual([
      303,
      `/sign-in?lang=en&next=${encodeURIComponent(path)}`,
    ]);
  });
  test.each([...pages, ...reads])("to a program: 401 for %s", async (path) => {
    expect((await on.ask(path)).status).toBe(401);
  });
  test.each(writes)("%s %s is 401", async (method, path) => {
    expect((await on.ask(path, { method })).status).toBe(401);
  });
  test("not with a workspace's session of the API either, by whatever name its cookie is sent", async () => {
    const { database } = on.db;
    const publicUrl = "http://localhost:3002";
    const api = createIdentity({
      database,
      secret: "test-secret-test-secret-test-secret",
      publicUrl,
      logger: silentLogger,
    });
    const [session] = await on.db.sql<{ token: string }>("select token from session limit 1");
    expect(session?.token).toBeDefined();
    const renamed = operator.replaceAll("reelay-operators.", "reelay.");
    expect(await api.principalOf({ cookie: renamed })).toBeNull();
    expect((await on.ask("/", { cookie: renamed })).status).toBe(401);
    expect((await on.ask("/", { cookie: `reelay-operators.session_token=${session?.token}.forged` })).status).toBe(401);
  });
});

describe("B2: for somebody who is no operator nothing is here", () => {
  let member: string;
  beforeAll(async () => {
    member = await on.signIn(on.member);
  });
  test.each([...pages, ...reads])("404 for %s", async (path) => {
    expect((await on.ask(path, { cookie: member })).status).toBe(404);
  });
  test.each(writes)("%s %s is 404", async (method, path) => {
    expect((await on.ask(path, { method, cookie: member })).status).toBe(404);
  });
  test("and an operator who ceases to be one is out at the next request", async () => {
    await on.db.sql(`update "user" set role = 'admin' where email = $1`, [on.member.email]);
    expect((await on.ask("/figures", { cookie: member })).status).toBe(200);
    await on.db.sql(`update "user" set role = 'user' where email = $1`, [on.member.email]);
    expect((await on.ask("/figures", { cookie: member })).status).toBe(404);
  });
});

describe("B3: an operator's write that does not come from our own page is refused", () => {
  test.each(writes)("%s %s is 403", async (method, path) => {
    const from = (wish: { origin?: string | null; headers?: Record<string, string> }) =>
      on.ask(path, { method, cookie: operator, ...wish }).then(({ status }) => status);
    expect(await from({ origin: null })).toBe(403);
    expect(await from({ origin: "null" })).toBe(403);
    expect(await from({ origin: "https://evil.test" })).toBe(403);
    expect(await from({ origin: "http://127.0.0.1:3002" })).toBe(403);
    expect(await from({ headers: { "sec-fetch-site": "same-site" } })).toBe(403);
  });
  test("signing in and out as well", async () => {
    for (const path of ["/sign-in", "/sign-out"])
      expect((await on.ask(path, { method: "POST", body: "", origin: "https://evil.test" })).status).toBe(403);
  });
});

test("B4: read-only, our router refuses every write, whatever the board's own buttons say", async () => {
  const readOnly = await startTestDashboard({ environment: { DASHBOARD_READ_ONLY: "1" } });
  try {
    const cookie = await readOnly.signIn(readOnly.operator);
    for (const [method, path] of writes) expect((await readOnly.ask(path, { method, cookie })).status).toBe(403);
    const page = await (await readOnly.ask("/?lang=fr", { cookie })).text();
    expect(page).toContain("Lecture seule");
    expect(page.match(/<form/g)).toHaveLength(1);
    expect((await readOnly.ask("/sign-out", { method: "POST", cookie })).status).toBe(303);
    expect((await readOnly.ask("/", { cookie })).status).toBe(401);
  } finally {
    await readOnly.close();
  }
});

test("B5: neither our pages nor the board allow a script or style that stands in the document", async () => {
  for (const path of ["/", "/queues", "/queues/queue/probe-media"]) {
    const answer = await on.ask(path, { cookie: operator });
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    const document = await answer.text();
    expect(document).not.toMatch(/<[^>]*\s(on[a-z]+|style)\s*=/i);
    expect(document).not.toMatch(/(src|href)="(https?:)?\/\//);
  }
});

test("B6: of a job's payload, answer and failure only ids, numbers and codes are shown", async () => {
  const [id] = await jobIds();
  expect(id).toBeDefined();
  for (const path of [
    "/queues/api/queues?activeQueue=probe-media&status=latest",
    `/queues/api/queues/probe-media/${id}`,
    `/queues/api/queues/probe-media/${id}/logs`,
    `/queues/api/queues/probe-media/${id}/flow`,
    "/figures",
  ]) {
    const answer = await on.ask(path, { cookie: operator });
    expect({ path, status: answer.status }).toEqual({ path, status: 200 });
    expect(await answer.text()).not.toContain(secret);
  }
  const { job } = (await (await on.ask(`/queues/api/queues/probe-media/${id}`, { cookie: operator })).json()) as {
    job: { data: Record<string, string>; failedReason: string };
  };
  expect(job.data["note"]).toBe("[redacted]");
  expect(job.data["mediaId"]).toMatch(/^[0-9a-f-]{36}$/);
  expect(job.failedReason).toBe("[redacted]");
});

test("B7: it listens on this machine alone unless it is told otherwise", () => {
  const { DASHBOARD_HOST, DASHBOARD_PORT } = parseConfig({
    DATABASE_URL: "postgresql://x",
    REDIS_URL: "redis://x",
    BETTER_AUTH_SECRET: "x".repeat(32),
  });
  expect([DASHBOARD_HOST, DASHBOARD_PORT]).toEqual(["127.0.0.1", 3003]);
  expect(new URL(on.url).hostname).toBe("127.0.0.1");
});

describe("an operator", () => {
  test("sees every queue of the catalog on the board", async () => {
    const { queues: shown } = (await (await on.ask("/queues/api/queues", { cookie: operator })).json()) as {
      queues: { name: string }[];
    };
    expect(shown.map(({ name }) => name)).toEqual(allJobs.map(({ name }) => name));
  });

  test("tries a failed job again, and then it waits", async () => {
    const [id] = await jobIds();
    const path = `/queues/api/queues/probe-media/${id}/retry`;
    expect((await on.ask(path, { method: "PUT", cookie: operator })).status).toBe(204);
    expect(await jobIds()).toEqual([]);
    expect(await queues.countWaiting(probeMedia)).toBe(1);
  });

  test("cannot add, edit or forget what the board shows only in part", async () => {
    for (const [method, path] of [
      ["POST", "/queues/api/queues/probe-media/add"],
      ["PATCH", "/queues/api/queues/probe-media/1/update-data"],
      ["PUT", "/queues/api/queues/probe-media/obliterate"],
      ["PUT", "/queues/api/queues/probe-media/concurrency"],
    ] as const)
      expect((await on.ask(path, { method, cookie: operator })).status).toBe(403);
  });
});
