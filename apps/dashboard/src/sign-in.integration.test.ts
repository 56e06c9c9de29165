import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startTestDashboard, type TestDashboard } from "./testing/start-test-dashboard.ts";

let on: TestDashboard;
beforeAll(async () => void (on = await startTestDashboard()));
afterAll(() => on?.close());

const post = (login: Record<string, string>, query = "") =>
  on.ask(`/sign-in${query}`, {
    method: "POST",
    body: new URLSearchParams(login).toString(),
    headers: { accept: "text/html" },
  });

test("the session's cookie has a name of its own, and neither scripts nor other sites get at it", async () => {
  const answer = await post({ ...on.operator }, "?next=%2Fqueues&lang=fr");
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/queues"]);
  const [cookie] = answer.headers.getSetCookie();
  expect(cookie).toMatch(/^reelay-operators\.session_token=/);
  expect(cookie).toMatch(/HttpOnly/i);
  expect(cookie).toMatch(/SameSite=Strict/i);
  expect(cookie).toMatch(/Max-Age=28800/i);
});

test("a session ends by itself, and by signing out", async () => {
  const cookie = await on.signIn(on.operator);
  expect((await on.ask("/", { cookie })).status).toBe(200);
  const out = await on.ask("/sign-out?lang=fr", { method: "POST", cookie });
  expect([out.status, out.headers.get("location")]).toEqual([303, "/sign-in?lang=fr"]);
  expect((await on.ask("/", { cookie })).status).toBe(401);
  const other = await on.signIn(on.operator);
  await on.db.sql("update session set expires_at = now() - interval '1 second'");
  expect((await on.ask("/", { cookie: other })).status).toBe(401);
});

test("behind https the cookie is secure", async () => {
  const secure = await startTestDashboard({ environment: { DASHBOARD_PUBLIC_URL: "https://operators.test" } });
  const body = new URLSearchParams({ ...secure.operator }).toString();
  const answer = await secure.ask("/sign-in", { method: "POST", body });
  expect(answer.headers.getSetCookie()[0]).toMatch(/^__Secure-reelay-operators\.session_token=.*Secure/);
  await secure.close();
});

test("what is no login is no login: in words, with the address kept and the password forgotten", async () => {
  const wrong = await post({ email: on.operator.email, password: "wrong-password" }, "?lang=fr");
  expect(wrong.status).toBe(401);
  const page = await wrong.text();
  expect(page).toContain("E-mail ou mot de passe incorrect.");
  expect(page).toContain(`value="${on.operator.email}"`);
  expect(page).not.toContain("wrong-password");
  expect((await post({ email: "x" })).status).toBe(400);
  expect((await post({ email: "a@b.test", password: "x".repeat(10_000) })).status).toBe(413);
});

test("guessing is limited, whatever address a header claims", async () => {
  const guess = async (number: number) => {
    const body = new URLSearchParams({ email: on.operator.email, password: "wrong-password" }).toString();
    const headers = { accept: "text/html", "x-forwarded-for": `192.0.2.${number}` };
    return (await on.ask("/sign-in", { method: "POST", body, headers })).status;
  };
  const statuses: number[] = [];
  for (let number = 0; number < 11; number += 1) statuses.push(await guess(number));
  expect(statuses.at(-1)).toBe(429);
  expect([...new Set(statuses)]).toEqual([401, 429]);
});
