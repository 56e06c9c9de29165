import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openDatabase } from "@reelay/database";
import { silentLogger } from "@reelay/runtime";
import { createIdentity } from "./create-identity.ts";
import { publicUrl, serveIdentity, wish, type ServedIdentity } from "./testing/serve-identity.ts";

let served: ServedIdentity;
let workspaceId: string;
beforeAll(async () => {
  served = await serveIdentity();
  workspaceId = (await served.identity.bootstrap(wish))?.workspaceId ?? "";
});
afterAll(() => served.stop());

const identityWith = (rememberKeysMs: number) =>
  createIdentity({
    database: served.db.database,
    secret: "test-secret-test-secret-test-secret",
    publicUrl,
    logger: silentLogger,
    rememberKeysMs,
  });
const authorization = `Bearer ${wish.apiKey}`;

test("a key is recognised as its workspace's", async () => {
  const [row] = await served.db.sql<{ id: string }>("select id from apikey");
  expect(await served.identity.principalOf({ authorization })).toEqual({
    kind: "api_key",
    keyId: row?.id,
    workspaceId,
  });
});

test("a wrong, short, huge or otherwise sent key is nobody, and a session does not help it", async () => {
  const cookie = await served.signIn();
  for (const wrong of [
    `Bearer ${"x".repeat(64)}`,
    "Bearer short",
    `Bearer ${"x".repeat(10_000)}`,
    "Bearer ",
    `Basic ${wish.apiKey}`,
    wish.apiKey,
    "",
  ]) {
    expect(await served.identity.principalOf({ authorization: wrong, cookie })).toBeNull();
  }
});

test("a key works far more than ten times a day", async () => {
  const identity = identityWith(0);
  for (let use = 0; use < 15; use++) expect(await identity.principalOf({ authorization })).not.toBeNull();
});

test("many requests with one key ask the database once", async () => {
  const identity = identityWith(60_000);
  await identity.principalOf({ authorization });
  await served.db.sql("update apikey set last_request = null");
  await Promise.all(Array.from({ length: 20 }, () => identity.principalOf({ authorization })));
  expect(await served.db.sql("select last_request from apikey")).toEqual([{ last_request: null }]);
});

test("a key that is disabled, expired or deleted stops working once it is no longer remembered", async () => {
  const identity = identityWith(0);
  await served.db.sql("update apikey set enabled = false");
  expect(await identity.principalOf({ authorization })).toBeNull();
  await served.db.sql("update apikey set enabled = true");
  expect(await identity.principalOf({ authorization })).not.toBeNull();
  const [row] = await served.db.sql<{ key: string }>("select key from apikey");
  await served.db.sql("update apikey set key = 'gone'");
  expect(await identity.principalOf({ authorization })).toBeNull();
  await served.db.sql("update apikey set key = $1, expires_at = now() - interval '1 minute'", [row?.key]);
  expect(await identity.principalOf({ authorization })).toBeNull();
});

test("a good key that could not be verified is not called wrong", async () => {
  await served.db.sql("update apikey set expires_at = null");
  await served.db.sql(
    `create function die() returns trigger language plpgsql as $$ begin raise exception 'died'; end $$`,
  );
  await served.db.sql("create trigger die before update on apikey execute function die()");
  const identity = identityWith(60_000);
  await expect(identity.principalOf({ authorization })).rejects.toThrow(/could not be verified/);
  await served.db.sql("drop trigger die on apikey");
  expect(await identity.principalOf({ authorization })).toMatchObject({ workspaceId });
});

test("without Postgres nobody is refused as unknown: asking fails, for keys and for sessions", async () => {
  const database = openDatabase({ url: "postgres://nobody@127.0.0.1:1/none", maxConnections: 1 });
  const cut = createIdentity({
    database,
    secret: "test-secret-test-secret-test-secret",
    publicUrl,
    logger: silentLogger,
  });
  const cookie = await served.signIn();
  await expect(cut.principalOf({ authorization })).rejects.toThrow();
  await expect(cut.principalOf({ cookie })).rejects.toThrow(/reach|connect/i);
  await database.close();
});
