import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { blockedAddresses, openTestInternet, type TestInternet } from "@reelay/outbound/testing";
import { startTestApi, type TestApi } from "../testing/start-test-api.ts";

let internet: TestInternet;
let api: TestApi;
beforeAll(async () => {
  internet = await openTestInternet();
  api = await startTestApi({ deps: { outbound: internet.outbound() } });
}, 120_000);
afterAll(async () => {
  await api.close();
  await internet.close();
});

const countMedia = async () => {
  const [row] = await api.db.sql<{ count: number }>("select count(*)::int as count from media");
  return row?.count;
};
const atCanary = (address: string) =>
  address.replace(/^(http:\/\/[^/:]+|http:\/\/\[[^\]]*\])\//, `$1:${internet.port}/`);

test("an import is a media whose bytes are still to come: what is not known of it is null", async () => {
  const answer = await api.caller.post("/api/media", { url: `${internet.url}/a/holiday%20clip.mp4?token=x` });
  expect(answer).toMatchObject({
    status: 201,
    body: {
      state: "importing",
      fileName: "holiday clip.mp4",
      kind: null,
      contentType: null,
      sizeBytes: null,
      sha256: null,
    },
  });
  expect(JSON.stringify(answer.body)).not.toContain("token");
  expect((await api.caller.get(`/api/media/${answer.body.id}`)).body).toEqual(answer.body);
  expect(internet.source.hits).toEqual([]);
});

test("an import that is not here yet can be neither converted nor posted", async () => {
  const { body } = await api.caller.post("/api/media", { url: `${internet.url}/b.mp4` });
  const rendition = await api.caller.post(`/api/media/${body.id}/renditions`, { target: "tiktok-video" });
  expect(rendition).toMatchObject({ status: 409, body: { code: "media_importing" } });
  const accountId = await api.connectAccount();
  const options = { type: "tiktok_video", mode: "direct", privacyLevel: "SELF_ONLY" };
  const consent = { at: "2026-11-22T10:00:00Z", by: "user-77", musicUsage: true, brandedContent: false };
  const post = await api.caller.post("/api/posts", {
    caption: "Test",
    media: [body.id],
    targets: [{ accountId, options, consent }],
  });
  expect(post).toMatchObject({ status: 409, body: { errors: [{ path: "media.0", code: "media_importing" }] } });
});

test.each(blockedAddresses)("%s %s is refused before anybody is asked", async (_row, address) => {
  const before = await countMedia();
  for (const url of [address, atCanary(address)]) {
    const answer = await api.caller.post("/api/media", { url });
    expect(answer).toMatchObject({ status: 422, body: { code: "media_url_blocked", who: "caller" } });
  }
  expect(await countMedia()).toBe(before);
  expect(internet.canary.hits).toEqual([]);
});

test("U57-U59 names are judged by every address they have, and none is told", async () => {
  internet.names.set("two.test", [["127.0.0.2", "127.0.0.1"]]);
  internet.names.set("mapped.test", [["::ffff:169.254.169.254"]]);
  for (const name of ["two.test", "mapped.test"]) {
    const answer = await api.caller.post("/api/media", { url: `http://${name}:${internet.port}/` });
    expect(answer).toMatchObject({ status: 422, body: { code: "media_url_blocked" } });
    expect(JSON.stringify(answer.body)).not.toMatch(/127\.0|169\.254/);
  }
});

test("no field of a request widens what may be asked", async () => {
  for (const extra of [{ allowHttp: true }, { ports: [6379] }, { resolve: "127.0.0.1" }]) {
    const answer = await api.caller.post("/api/media", { url: "http://127.0.0.1/", ...extra });
    expect(answer).toMatchObject({ status: 400, body: { code: "malformed_request" } });
  }
});
