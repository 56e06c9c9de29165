import { until } from "@reelay/runtime/testing";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { request } from "node:http";
import { mp4Bytes, pngBytes } from "../testing/media-bytes.ts";
import { startTestRoutes, type TestRoutes } from "../testing/start-test-routes.ts";
import { testCaller } from "../testing/test-caller.ts";

const maxBytes = 1_000_000;
let api: TestRoutes;
beforeAll(async () => {
  api = await startTestRoutes({ MEDIA_MAX_BYTES: String(maxBytes) });
}, 120_000);
afterAll(() => api.stop());

async function setup() {
  const space = await api.newWorkspace();
  const count = async (table: string) => {
    const [row] = await api.db.sql<{ count: number }>(
      `select count(*)::int as count from ${table} where workspace_id = $1`,
      [space.workspaceId],
    );
    return row?.count ?? -1;
  };
  const files = async () =>
    (await api.files()).filter((path) => path.includes(space.workspaceId) || path.endsWith(".part"));
  return { ...space, caller: testCaller(api.url, space.key), count, files };
}

describe("uploading", () => {
  test("a file becomes a media that waits for its probe, with the digest of its bytes", async () => {
    const { caller, files } = await setup();
    const bytes = pngBytes(30, 20);
    const answer = await caller.upload(bytes, "../../café\u202e.png");
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      kind: "image",
      state: "probing",
      contentType: "image/png",
      sizeBytes: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      probe: null,
      failure: null,
    });
    expect(answer.body.fileName).not.toMatch(/[/\\\u202e]/);
    expect(await files()).toHaveLength(1);
    expect((await caller.get(`/api/media/${answer.body.id}`)).body).toEqual(answer.body);
  });

  test("the same bytes again are the same media, and stored once", async () => {
    const { caller, files, count } = await setup();
    const first = await caller.upload(pngBytes(10, 10), "a.png");
    const again = await caller.upload(pngBytes(10, 10), "b.png");
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body.id).toBe(first.body.id);
    expect(await files()).toHaveLength(1);
    expect(await count("media")).toBe(1);
  });

  test("four uploads of the same bytes at once end as one media", async () => {
    const { caller, files, count } = await setup();
    const answers = await Promise.all(Array.from({ length: 4 }, () => caller.upload(pngBytes(11, 11), "a.png")));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await files()).toHaveLength(1);
    expect(await count("media")).toBe(1);
  });

  test("the same bytes in another workspace are another media", async () => {
    const [mine, yours] = [await setup(), await setup()];
    const first = await mine.caller.upload(pngBytes(12, 12), "a.png");
    const second = await yours.caller.upload(pngBytes(12, 12), "a.png");
    expect(second.status).toBe(201);
    expect(second.body.id).not.toBe(first.body.id);
    expect((await yours.caller.get(`/api/media/${first.body.id}`)).status).toBe(404);
  });
});

describe("a refused upload stores nothing", () => {
  const refusals: [string, number, string, Buffer, string][] = [
    ["an empty file", 422, "media_empty", Buffer.alloc(0), "a.jpg"],
    ["a text named .jpg", 422, "media_type_unsupported", Buffer.from("just text, no picture"), "a.jpg"],
    [
      "a playlist named .mp4",
      422,
      "media_type_unsupported",
      Buffer.from("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/x\n"),
      "a.mp4",
    ],
    [
      "a JPEG cut off in its header",
      422,
      "media_unreadable",
      Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46]),
      "a.jpg",
    ],
    ["a PNG declaring 20,001 × 20,001", 422, "media_too_many_pixels", pngBytes(20_001, 20_001), "a.png"],
    ["one byte over the limit", 413, "media_too_large", mp4Bytes(maxBytes + 1), "a.mp4"],
    ["far over the limit", 413, "media_too_large", mp4Bytes(maxBytes * 8), "a.mp4"],
  ];
  test.each(refusals)("%s: %i %s", async (_what, status, code, bytes, fileName) => {
    const { caller, files, count } = await setup();
    const answer = await caller.upload(bytes, fileName);
    expect(answer).toMatchObject({ status, body: { code, status, who: "caller", detail: expect.any(String) } });
    expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    expect(await files()).toEqual([]);
    expect(await count("media")).toBe(0);
  });

  test("exactly the limit is accepted", async () => {
    const { caller } = await setup();
    expect((await caller.upload(mp4Bytes(maxBytes), "a.mp4")).status).toBe(201);
  });

  test("a body of unknown length is refused as soon as the limit is passed, while it is still being sent", async () => {
    const { key, files, count } = await setup();
    const sent = { bytes: 0 };
    const status = await new Promise<number>((resolve, reject) => {
      const upload = openUpload(key);
      upload.once("response", (response) => {
        resolve(response.statusCode ?? 0);
        upload.destroy();
      });
      upload.on("error", reject);
      const piece = Buffer.alloc(50_000, 1);
      const send = () => {
        if (upload.destroyed) return;
        sent.bytes += piece.length;
        upload.write(piece, () => setImmediate(send));
      };
      upload.write(partHead("file", "a.mp4"));
      upload.write(mp4Bytes(50_000));
      send();
    });
    expect(status).toBe(413);
    await until(async () => (await files()).length === 0);
    expect(await count("media")).toBe(0);
  });

  test("a caller who goes away in the middle leaves nothing behind", async () => {
    const { key, files, count } = await setup();
    const upload = openUpload(key);
    upload.on("error", () => undefined);
    upload.write(partHead("file", "a.mp4"));
    upload.write(mp4Bytes(200_000));
    await until(async () => (await files()).length === 1);
    upload.destroy();
    await until(async () => (await files()).length === 0);
    expect(await count("media")).toBe(0);
  });

  test.each<[string, number, string, string, Record<string, string>]>([
    [
      "XML",
      415,
      "unsupported_content_type",
      "<url>https://example.com/a.mp4</url>",
      { "content-type": "application/xml" },
    ],
    ["a form without a boundary", 400, "malformed_request", "x", { "content-type": "multipart/form-data" }],
    ["a form that ends too early", 400, "malformed_request", `${partHead("file", "a.png")}abc`, formHeaders()],
    ["a form without a file", 400, "malformed_request", "--test--\r\n", formHeaders()],
    [
      "another field",
      400,
      "malformed_request",
      `--test\r\nContent-Disposition: form-data; name="state"\r\n\r\nready\r\n--test--\r\n`,
      formHeaders(),
    ],
    [
      "a second file",
      400,
      "malformed_request",
      `${partHead("file", "a.png")}a\r\n${partHead("file", "b.png")}b\r\n--test--\r\n`,
      formHeaders(),
    ],
  ])("%s: %i %s", async (_what, status, code, body, headers) => {
    const { caller, files, count } = await setup();
    const response = await caller.fetch("/api/media", { method: "POST", body, headers });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code });
    expect(await files()).toEqual([]);
    expect(await count("media")).toBe(0);
  });
});

describe("media and renditions", () => {
  test("a list pages from the newest to the oldest", async () => {
    const { caller } = await setup();
    const ids: string[] = [];
    for (const seed of [1, 2, 3]) ids.unshift((await caller.upload(pngBytes(5, 5, seed), "a.png")).body.id);
    const first = await caller.get("/api/media?limit=2");
    const second = await caller.get(`/api/media?limit=2&cursor=${first.body.nextCursor}`);
    expect([...first.body.items, ...second.body.items].map((media: { id: string }) => media.id)).toEqual(ids);
    expect(second.body.nextCursor).toBeNull();
  });

  test.each(["limit=0", "limit=1e9", "limit=-1", "limit=NaN", "limit[]=1", "cursor=x", "state=ready"])(
    "?%s is refused by name",
    async (query) => {
      const { caller } = await setup();
      const answer = await caller.get(`/api/media?${query}`);
      expect(answer).toMatchObject({ status: 400, body: { code: "malformed_request" } });
    },
  );

  test("a rendition of an image says its plan, and can be canceled", async () => {
    const { caller, workspaceId } = await setup();
    const { body: media } = await caller.upload(pngBytes(40, 40), "a.png");
    const early = await caller.post(`/api/media/${media.id}/renditions`, { target: "tiktok-video" });
    expect(early).toMatchObject({
      status: 202,
      body: {
        state: "waiting_for_probe",
        plan: null,
        options: { still: { durationMs: 5_000, fps: 30, fit: "pad", silentAudio: false } },
      },
    });
    await markReady(workspaceId);
    const again = await caller.post(`/api/media/${media.id}/renditions`, { target: "tiktok-video" });
    expect(again).toMatchObject({
      status: 202,
      body: { id: early.body.id, state: "queued", plan: { kind: "still", frameCount: 150 } },
    });
    expect((await caller.delete(`/api/renditions/${early.body.id}`)).body).toMatchObject({ state: "canceled" });
    expect((await caller.get(`/api/renditions/${early.body.id}`)).body).toMatchObject({ state: "canceled" });
    const anew = await caller.post(`/api/media/${media.id}/renditions`, { target: "tiktok-video" });
    expect(anew.body).toMatchObject({ id: early.body.id, state: "queued" });
  });

  test.each<[string, unknown]>([
    ["an unknown target", { target: "vhs" }],
    ["an odd width", { target: "tiktok-video", options: { still: { width: 1081 } } }],
    ["an unknown option", { target: "tiktok-video", options: { quality: 3 } }],
  ])("%s is refused", async (_what, body) => {
    const { caller, count } = await setup();
    const { body: media } = await caller.upload(pngBytes(9, 9), "a.png");
    expect((await caller.post(`/api/media/${media.id}/renditions`, body)).status).toBe(400);
    expect(await count("renditions")).toBe(0);
  });

  test("a media goes with its bytes, unless a post needs it", async () => {
    const { caller, files, accountId, workspaceId } = await setup();
    const { body: free } = await caller.upload(pngBytes(6, 6), "a.png");
    expect((await caller.delete(`/api/media/${free.id}`)).status).toBe(204);
    expect(await files()).toEqual([]);
    expect((await caller.delete(`/api/media/${free.id}`)).status).toBe(404);
    const { body: used } = await caller.upload(pngBytes(7, 7), "a.png");
    const post = await caller.post("/api/posts", {
      media: [used.id],
      targets: [
        {
          accountId,
          options: { type: "tiktok_video", privacyLevel: "SELF_ONLY" },
          consent: { at: "2026-11-22T10:00:00Z", by: "u", musicUsage: true },
        },
      ],
    });
    expect(post.status).toBe(202);
    expect(await caller.delete(`/api/media/${used.id}`)).toMatchObject({ status: 409, body: { code: "media_in_use" } });
    const [rendition] = await api.db.sql<{ id: string }>("select id from renditions where workspace_id = $1", [
      workspaceId,
    ]);
    expect(await caller.delete(`/api/renditions/${rendition?.id}`)).toMatchObject({
      status: 409,
      body: { code: "rendition_in_use" },
    });
  });

  test("ids of others, and texts that are no ids, are not found", async () => {
    const [mine, yours] = [await setup(), await setup()];
    const { body: media } = await mine.caller.upload(pngBytes(8, 8), "a.png");
    const { body: rendition } = await mine.caller.post(`/api/media/${media.id}/renditions`, { target: "tiktok-video" });
    for (const id of [media.id, "1%20OR%201=1", `${media.id}%0a`, "x".repeat(3_000)]) {
      expect((await yours.caller.get(`/api/media/${id}`)).status).toBe(404);
      expect((await yours.caller.delete(`/api/media/${id}`)).status).toBe(404);
      expect((await yours.caller.post(`/api/media/${id}/renditions`, { target: "tiktok-video" })).status).toBe(404);
    }
    expect((await yours.caller.get(`/api/renditions/${rendition.id}`)).status).toBe(404);
    expect((await yours.caller.delete(`/api/renditions/${rendition.id}`)).status).toBe(404);
  });
});

async function markReady(workspaceId: string): Promise<void> {
  const probe = {
    kind: "image",
    container: "png",
    videoCodec: null,
    audioCodec: null,
    width: 40,
    height: 40,
    rotation: 0,
    fps: null,
    durationMs: null,
  };
  const rest = { bitrate: null, pixelFormat: null, hasAudio: false, sizeBytes: 100, streams: 1 };
  await api.db.sql("update media set state = 'ready', probe = $2 where workspace_id = $1", [
    workspaceId,
    JSON.stringify({ ...probe, ...rest }),
  ]);
}

function formHeaders() {
  return { "content-type": "multipart/form-data; boundary=test" };
}

function partHead(name: string, fileName: string): string {
  return `--test\r\nContent-Disposition: form-data; name="${name}"; filename="${fileName}"\r\nContent-Type: application/octet-stream\r\n\r\n`;
}

function openUpload(key: string) {
  return request(`${api.url}/api/media`, {
    method: "POST",
    headers: { ...formHeaders(), authorization: `Bearer ${key}`, "transfer-encoding": "chunked" },
  });
}
