import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { serveIdentity, wish, type ServedIdentity } from "./testing/serve-identity.ts";

let served: ServedIdentity;
beforeEach(async () => {
  served = await serveIdentity();
});
afterEach(() => served.stop());

const counts = async () =>
  (
    await served.db
      .sql(`select (select count(*) from "user")::int as people, (select count(*) from organization)::int as organizations,
      (select count(*) from workspaces)::int as workspaces, (select count(*) from apikey)::int as keys`)
  )[0];
const one = { people: 1, organizations: 1, workspaces: 1, keys: 1 };

test("the first start makes one operator, one workspace and one key; a later start makes nothing", async () => {
  const login = await served.identity.bootstrap(wish);
  expect(login).toMatchObject(wish);
  expect(await served.identity.bootstrap({ email: "other@example.test" })).toBeNull();
  expect(await counts()).toEqual(one);
  const [row] = await served.db.sql(`select u.email, u.role as "operator", m.role as member, w.id as workspace
    from "user" u join member m on m.user_id = u.id join workspaces w on w.id = m.organization_id`);
  expect(row).toEqual({ email: wish.email, operator: "admin", member: "owner", workspace: login?.workspaceId });
});

test("of several first starts at once exactly one makes the login", async () => {
  const logins = await Promise.all(Array.from({ length: 5 }, () => served.identity.bootstrap({ email: wish.email })));
  expect(logins.filter((login) => login !== null)).toHaveLength(1);
  expect(await counts()).toEqual(one);
});

test("a first start that dies before its end leaves nothing, and the next one completes it", async () => {
  await served.db.sql(
    `create function die() returns trigger language plpgsql as $$ begin raise exception 'died'; end $$`,
  );
  await served.db.sql("create trigger die before insert on workspaces execute function die()");
  await expect(served.identity.bootstrap(wish)).rejects.toThrow(/died/);
  expect(await counts()).toEqual({ people: 0, organizations: 0, workspaces: 0, keys: 0 });
  await served.db.sql("drop trigger die on workspaces");
  expect(await served.identity.bootstrap(wish)).toMatchObject(wish);
  expect(await counts()).toEqual(one);
});

test("what is not given is made: a password that signs in, a key that works", async () => {
  const login = await served.identity.bootstrap({ email: wish.email });
  if (!login) throw new Error("no login");
  expect(login.apiKey).toMatch(/^rly_[\w-]{64}$/);
  await served.signIn(login);
  expect(await served.identity.principalOf({ authorization: `Bearer ${login.apiKey}` })).toMatchObject({
    workspaceId: login.workspaceId,
  });
});

test("neither the password nor the key is stored", async () => {
  await served.identity.bootstrap(wish);
  for (const table of ["user", "account", "apikey", "organization", "member", "workspaces"]) {
    const [row] = await served.db.sql<{ text: string }>(
      `select coalesce(string_agg(t::text, ' '), '') as text from "${table}" t`,
    );
    expect(row?.text).not.toContain(wish.password);
    expect(row?.text).not.toContain(wish.apiKey);
    expect(row?.text).not.toContain(wish.apiKey.slice(0, 12));
  }
});

test("a workspace's id is the organization's, and sortable by time", async () => {
  const login = await served.identity.bootstrap(wish);
  expect(login?.workspaceId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  const rows = await served.db.sql(`select id from organization union select id from workspaces`);
  expect(rows).toEqual([{ id: login?.workspaceId }]);
});
