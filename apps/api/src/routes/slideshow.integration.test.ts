import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { mp4Bytes, pngBytes } from "../testing/media-bytes.ts";
import { startTestRoutes, type TestRoutes } from "../testing/start-test-routes.ts";
import { testCaller } from "../testing/test-caller.ts";

let api: TestRoutes;
beforeAll(async () => {
  api = await startTestRoutes({});
}, 120_000);
afterAll(() => api.stop());

async function setup() {
  const { key } = await api.newWorkspace();
  const caller = testCaller(api.url, key);
  const upload = async (bytes: Buffer, name: string) => ((await caller.upload(bytes, name)).body as { id: string }).id;
  const [first, second, third] = [
    await upload(pngBytes(31, 20), "1.png"),
    await upload(pngBytes(32, 20), "2.png"),
    await upload(pngBytes(33, 20), "3.png"),
  ];
  const ask = (slideshow: object, target = "tiktok-video") =>
    caller.post(`/api/media/${first}/renditions`, { target, options: { slideshow } });
  return { caller, upload, first, second, third, ask };
}

test("a slideshow is one rendition of its first image, and keeps the others from being deleted", async () => {
  const { caller, first, second, third, ask } = await setup();
  const asked = await ask({ media: [second, third], imageDurationMs: 2_000 });
  expect(asked.status).toBe(202);
  expect(asked.body).toMatchObject({
    mediaId: first,
    state: "waiting_for_probe",
    timeLeftMs: null,
    options: { slideshow: { media: [second, third], imageDurationMs: 2_000, crossFadeMs: 500 } },
  });
  const again = await Promise.all([1, 2, 3].map(() => ask({ media: [second, third], imageDurationMs: 2_000 })));
  expect(again.map(({ body }) => (body as { id: string }).id)).toEqual([1, 2, 3].map(() => asked.body.id));
  expect((await ask({ media: [third, second], imageDurationMs: 2_000 })).body.id).not.toBe(asked.body.id);
  expect(await caller.delete(`/api/media/${third}`)).toMatchObject({ status: 409, body: { code: "media_in_use" } });
});

test("what cannot be a slideshow is refused", async () => {
  const { upload, second, ask } = await setup();
  const other = await setup();
  const video = await upload(mp4Bytes(2_000), "v.mp4");
  expect((await ask({ media: [] })).status).toBe(400);
  expect((await ask({ media: Array.from({ length: 35 }, () => second) })).status).toBe(400);
  expect((await ask({ media: [second], imageDurationMs: 1_000, crossFadeMs: 600 })).status).toBe(400);
  expect((await ask({ media: [other.second] })).status).toBe(404);
  expect(await ask({ media: [video] })).toMatchObject({
    status: 422,
    body: { errors: [{ path: "options.slideshow.media", code: "slideshow_needs_images" }] },
  });
  expect((await ask({ media: [second] }, "instagram-image")).status).toBe(422);
});

test("poster and thumbnail of a media open by their address, without a key", async () => {
  const { caller, first } = await setup();
  expect((await caller.get(`/api/media/${first}`)).body).toMatchObject({ posterUrl: null, thumbnailUrl: null });
  await api.db.sql(
    "update media set state = 'ready', poster_storage_key = storage_key, thumbnail_storage_key = storage_key where id = $1",
    [first],
  );
  const { body } = await caller.get(`/api/media/${first}`);
  for (const url of [body.posterUrl, body.thumbnailUrl] as string[]) {
    const answer = await fetch(url.replace(/^https?:\/\/[^/]+/, api.url));
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("image/jpeg");
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(pngBytes(31, 20));
  }
  const poster = body.posterUrl as string;
  expect((await fetch(poster.replace(/^https?:\/\/[^/]+/, api.url).replace("/posters/", "/sources/"))).status).toBe(
    404,
  );
});
