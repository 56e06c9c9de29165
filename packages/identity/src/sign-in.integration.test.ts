import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { v7 } from "uuid";
import { publicUrl, serveIdentity, wish, type ServedIdentity } from "./testing/serve-identity.ts";

let served: ServedIdentity;
let workspaceId: string;
beforeAll(async () => {
  served = await serveIdentity();
  workspaceId = (await served.identity.bootstrap(wish))?.workspaceId ?? "";
});
afterAll(() => served.stop());

const principal = (cookie: string) => served.identity.principalOf({ cookie });

test("a person who signs in is recognised in their workspace, as its owner and as the operator", async () => {
  const cookie = await served.signIn();
  const [user] = await served.db.sql<{ id: string }>(`select id from "user"`);
  expect(await principal(cookie)).toEqual({
    kind: "user",
    userId: user?.id,
    sessionId: expect.any(String),
    workspaceId,
    role: "owner",
    isOperator: true,
  });
});

test("the session's cookie is ours alone: own name, out of reach of scripts and of other sites", async () => {
  const answer = await served.post("/sign-in/email", wish, { "x-forwarded-for": "198.51.100.1" });
  const [cookie] = answer.headers.getSetCookie().filter((value) => value.includes("session_token"));
  expect(cookie).toMatch(/^reelay\.session_token=/);
  expect(cookie).toMatch(/HttpOnly/i);
  expect(cookie).toMatch(/SameSite=Lax/i);
  expect(cookie).not.toMatch(/Secure/i);
});

test("signing out ends the session", async () => {
  const cookie = await served.signIn();
  expect((await served.post("/sign-out", {}, { cookie })).status).toBe(200);
  expect(await principal(cookie)).toBeNull();
});

test("a wrong password, an unknown address, a forged and a foreign cookie are nobody", async () => {
  const from = { "x-forwarded-for": "198.51.100.2" };
  expect((await served.post("/sign-in/email", { ...wish, password: "wrong-password" }, from)).status).toBe(401);
  expect((await served.post("/sign-in/email", { ...wish, email: "nobody@example.test" }, from)).status).toBe(401);
  const cookie = await served.signIn();
  expect(await principal(cookie.replace(/=(.)/, (_, first) => `=${first === "a" ? "b" : "a"}`))).toBeNull();
  expect(await principal("other=1")).toBeNull();
  expect(await served.identity.principalOf({})).toBeNull();
});

test("a page of another origin cannot sign in", async () => {
  const answer = await served.post("/sign-in/email", wish, {
    origin: "https://evil.test",
    cookie: "a=b",
    "x-forwarded-for": "198.51.100.3",
  });
  expect(answer.status).toBe(403);
});

test("guessing is limited by address", async () => {
  const from = { "x-forwarded-for": "198.51.100.4" };
  const statuses: number[] = [];
  for (let guess = 0; guess < 11; guess++) {
    statuses.push((await served.post("/sign-in/email", { ...wish, password: "wrong-password" }, from)).status);
  }
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
});

describe("what the product does not have yet is shut", () => {
  const paths = [
    "/sign-up/email",
    "/admin/create-user",
    "/api-key/create",
    "/organization/create",
    "/organization/invite-member",
    "/reset-password",
    "/nothing",
  ];
  let cookie: string;
  beforeAll(async () => {
    cookie = await served.signIn();
  });
  test.each(paths)("%s", async (path) => {
    const answer = await served.post(
      path,
      { email: "new@example.test", password: "test-password-2", name: "New" },
      { cookie },
    );
    expect(await answer.text()).toBe("not_found");
    expect(await served.db.sql(`select email from "user"`)).toEqual([{ email: wish.email }]);
  });
});

test("a body without a length, or a long one, is not read", async () => {
  const send = (body: string | ReadableStream, more: object = {}) =>
    fetch(`${served.url}/sign-in/email`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", origin: publicUrl },
      ...more,
    });
  const stream = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode("{}"));
      controller.close();
    },
  });
  expect(await (await send(stream, { duplex: "half" })).text()).toBe("body_too_large");
  expect(await (await send("x".repeat(70_000))).text()).toBe("body_too_large");
});

describe("a session does not outlive its rights", () => {
  const addPerson = async (email: string) => {
    const [owner] = await served.db.sql<{ password: string }>("select password from account limit 1");
    const id = v7();
    await served.db.sql(`insert into "user" (id, name, email, role) values ($1, 'Member', $2, 'user')`, [id, email]);
    await served.db.sql(
      "insert into account (id, account_id, provider_id, user_id, password, updated_at) values ($1, $2::uuid::text, 'credential', $2::uuid, $3, now())",
      [v7(), id, owner?.password],
    );
    await served.db.sql(
      "insert into member (id, organization_id, user_id, role, created_at) values ($1, $2, $3, 'member', now())",
      [v7(), workspaceId, id],
    );
    return { id, cookie: await served.signIn({ email, password: wish.password }) };
  };

  test("a member is no operator, and nobody once removed from the workspace", async () => {
    const { id, cookie } = await addPerson("member@example.test");
    expect(await principal(cookie)).toMatchObject({ userId: id, role: "member", isOperator: false });
    await served.db.sql("delete from member where user_id = $1", [id]);
    expect(await principal(cookie)).toBeNull();
  });

  test("a banned person is nobody at once", async () => {
    const { id, cookie } = await addPerson("banned@example.test");
    await served.db.sql(`update "user" set banned = true where id = $1`, [id]);
    expect(await principal(cookie)).toBeNull();
  });

  test("nobody enters a workspace that is not theirs", async () => {
    const { cookie } = await addPerson("curious@example.test");
    const foreign = v7();
    await served.db.sql("insert into organization (id, name, slug, created_at) values ($1, 'Other', 'other', now())", [
      foreign,
    ]);
    const answer = await served.post("/organization/set-active", { organizationId: foreign }, { cookie });
    expect(answer.status).toBe(403);
    // better-auth clears the choice then: the session has no workspace rather than a foreign one.
    const after = await principal(cookie);
    expect(after === null ? null : after.workspaceId).not.toBe(foreign);
    await served.db.sql("update session set active_organization_id = $1", [foreign]);
    expect(await principal(cookie)).toBeNull();
  });
});

test("over https the cookie is secure", async () => {
  const secure = await serveIdentity({ publicUrl: "https://reelay.test" });
  try {
    await secure.identity.bootstrap(wish);
    const answer = await secure.post("/sign-in/email", wish, { origin: "https://reelay.test" });
    const [cookie] = answer.headers.getSetCookie().filter((value) => value.includes("session_token"));
    expect(cookie).toMatch(/^__Secure-reelay\.session_token=.*Secure/);
  } finally {
    await secure.stop();
  }
});
