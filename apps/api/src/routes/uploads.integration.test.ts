import { until } from "@reelay/runtime/testing";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { mp4Bytes, pngBytes } from "../testing/media-bytes.ts";
import { startTestRoutes, type TestRoutes } from "../testing/start-test-routes.ts";
import { testCaller } from "../testing/test-caller.ts";
import { sha256, tusClient } from "../testing/tus-client.ts";

const maxBytes = 3_000_000;
let api: TestRoutes;
beforeAll(async () => {
  api = await startTestRoutes({ MEDIA_MAX_BYTES: String(maxBytes) });
}, 120_000);
afterAll(() => api.stop());

async function setup() {
  const space = await api.newWorkspace();
  const { workspaceId } = space;
  const rows = (table: string) => api.db.sql(`select * from ${table} where workspace_id = $1`, [workspaceId]);
  const files = async () => (await api.files()).filter((path) => path.includes(workspaceId));
  const tus = tusClient(api.url, space.key);
  const begin = async (size: number, name?: string) => {
    const answer = await tus.create({ size, ...(name !== undefined && { name }) });
    expect(answer.status).toBe(201);
    return answer.headers["location"] ?? "";
  };
  const stage = async (path: string, bytes: Buffer) => {
    const staged = join(api.directory, "uploads", workspaceId, path.split("/").at(-1) ?? "");
    await mkdir(dirname(staged), { recursive: true });
    await writeFile(staged, bytes);
  };
  return { ...space, tus, caller: testCaller(api.url, space.key), rows, files, begin, stage };
}

/** Bytes that begin as an MP4 does and are like no others. */
const noisyMp4 = (sizeBytes: number, seed: number) => {
  const bytes = mp4Bytes(sizeBytes);
  for (let at = 64; at < bytes.length; at += 1) bytes[at] = (at * 31 + seed * 7 + (at >> 8)) & 255;
  return bytes;
};

describe("a resumable upload", () => {
  test("becomes a media with the digest of its bytes, in pieces of any size, and the last answer names it", async () => {
    const { tus, caller, begin, files, rows } = await setup();
    const bytes = noisyMp4(1_000_003, 1);
    const path = await begin(bytes.length, "../holiday\u202e.mp4");
    expect(path).toMatch(/^\/api\/media\/uploads\/[0-9a-f-]{36}$/);
    const first = await tus.patch(path, 0, bytes.subarray(0, 1));
    expect(first).toMatchObject({ status: 204, headers: { "upload-offset": "1", "tus-resumable": "1.0.0" } });
    expect(first.headers["upload-expires"]).toBeDefined();
    expect(await tus.head(path)).toMatchObject({
      status: 200,
      headers: { "upload-offset": "1", "upload-length": "1000003" },
    });
    expect((await tus.get(path)).body).toMatchObject({ state: "receiving", offset: 1, mediaId: null });
    await tus.patch(path, 1, bytes.subarray(1, 400_000));
    const last = await tus.patch(path, 400_000, bytes.subarray(400_000));
    expect(last).toMatchObject({ status: 204, headers: { "upload-offset": String(bytes.length) } });
    const mediaId = last.headers["media-id"];
    expect((await caller.get(`/api/media/${mediaId}`)).body).toMatchObject({
      state: "probing",
      kind: "video",
      fileName: "holiday.mp4",
      sizeBytes: bytes.length,
      sha256: sha256(bytes),
    });
    expect((await tus.get(path)).body).toMatchObject({ state: "finished", mediaId, failure: null });
    expect((await tus.head(path)).headers).toMatchObject({
      "upload-offset": String(bytes.length),
      "media-id": mediaId,
    });
    expect(await files()).toHaveLength(1);
    expect(await rows("media")).toHaveLength(1);
  });

  test("may come with its creation, and is the media that the workspace has already", async () => {
    const { tus, caller, files, rows } = await setup();
    const bytes = pngBytes(21, 22);
    const known = await caller.upload(bytes, "a.png");
    const answer = await tus.create({ size: bytes.length, body: bytes });
    expect(answer).toMatchObject({ status: 201, headers: { "media-id": known.body.id } });
    expect(await files()).toHaveLength(1);
    expect(await rows("media")).toHaveLength(1);
  });

  test("goes on from where it was cut, five times, to the same digest", async () => {
    const { tus, begin, caller } = await setup();
    const bytes = noisyMp4(maxBytes, 2);
    const path = await begin(bytes.length);
    for (let cut = 1; cut <= 5; cut += 1) {
      const offset = Number((await tus.head(path)).headers["upload-offset"]);
      const { call, answer } = tus.openPatch(path, offset, { "content-length": String(bytes.length - offset) });
      call.write(bytes.subarray(offset, offset + 300_000 + cut));
      await until(async () => (await api.stagedBytes(path)) > offset);
      call.destroy();
      await answer.catch(() => undefined);
    }
    const offset = Number((await tus.head(path)).headers["upload-offset"]);
    expect(offset).toBeGreaterThan(5);
    const last = await tus.patch(path, offset, bytes.subarray(offset));
    const media = await caller.get(`/api/media/${last.headers["media-id"]}`);
    expect(media.body).toMatchObject({ sha256: sha256(bytes), sizeBytes: bytes.length });
  });

  test("has one writer: a second request stops the first, and nothing is lost or doubled", async () => {
    const { tus, begin, caller } = await setup();
    const bytes = noisyMp4(600_000, 3);
    const path = await begin(bytes.length);
    const slow = tus.openPatch(path, 0, { "content-length": String(bytes.length) });
    slow.call.write(bytes.subarray(0, 200_000));
    await until(async () => (await api.stagedBytes(path)) >= 200_000);
    const second = await tus.patch(path, 0, bytes);
    expect(second).toMatchObject({ status: 409, body: { code: "upload_offset_conflict" } });
    slow.call.destroy();
    const offset = Number((await tus.head(path)).headers["upload-offset"]);
    expect(offset).toBe(200_000);
    const last = await tus.patch(path, offset, bytes.subarray(offset));
    expect((await caller.get(`/api/media/${last.headers["media-id"]}`)).body.sha256).toBe(sha256(bytes));
  });

  test("that another process writes to says so", async () => {
    const { tus, begin } = await setup();
    const path = await begin(100);
    await api.db.sql(
      "update uploads set lock_token = gen_random_uuid(), lock_until = now() + interval '5 s' where id = $1",
      [path.split("/").at(-1)],
    );
    expect(await tus.patch(path, 0, Buffer.alloc(10))).toMatchObject({ status: 423, body: { code: "upload_locked" } });
  });

  test("whose API died after the last byte is finished by the next question, once, however many ask", async () => {
    const { tus, begin, stage, rows, files } = await setup();
    const bytes = noisyMp4(50_000, 4);
    const path = await begin(bytes.length);
    await stage(path, bytes);
    const answers = await Promise.all(Array.from({ length: 5 }, () => tus.head(path)));
    expect(answers.every(({ status }) => status === 200 || status === 423)).toBe(true);
    const told = await tus.head(path);
    const [media] = await rows("media");
    expect(told).toMatchObject({ status: 200, headers: { "media-id": media?.["id"] } });
    expect(media).toMatchObject({ sha256: sha256(bytes) });
    expect(await rows("media")).toHaveLength(1);
    expect(await files()).toHaveLength(1);
  });

  test("that has run out is gone", async () => {
    const { tus, begin } = await setup();
    const path = await begin(100);
    await api.db.sql("update uploads set created_at = now() - interval '25 hours' where id = $1", [
      path.split("/").at(-1),
    ]);
    expect(await tus.patch(path, 0, Buffer.alloc(10))).toMatchObject({ status: 410, body: { code: "upload_gone" } });
  });

  test("can be given up, and leaves nothing", async () => {
    const { tus, begin, rows, files } = await setup();
    const path = await begin(100);
    await tus.patch(path, 0, Buffer.alloc(10));
    expect((await tus.delete(path)).status).toBe(204);
    expect((await tus.head(path)).status).toBe(404);
    expect(await rows("uploads")).toEqual([]);
    expect(await files()).toEqual([]);
  });
});

describe("a resumable upload is refused", () => {
  test("before its bytes when it declares too many", async () => {
    const { tus, rows } = await setup();
    expect(await tus.create({ size: maxBytes + 1 })).toMatchObject({
      status: 413,
      body: { code: "media_too_large", who: "caller" },
    });
    expect(await rows("uploads")).toEqual([]);
  });

  test("when it does not say how many", async () => {
    const { tus, rows } = await setup();
    const headers = { "upload-defer-length": "1" };
    expect((await tus.create({ size: 10, headers })).status).toBe(400);
    expect(await rows("uploads")).toEqual([]);
  });

  test("M25 when more comes than was declared, with and without its length said beforehand", async () => {
    const { tus, begin, rows } = await setup();
    const path = await begin(1_000);
    expect(await tus.patch(path, 0, Buffer.alloc(1_001))).toMatchObject({
      status: 413,
      body: { code: "media_too_large" },
    });
    const { call, answer } = tus.openPatch(path, 0, { "transfer-encoding": "chunked" });
    call.end(Buffer.alloc(5_000));
    expect(await answer).toMatchObject({ status: 413, body: { code: "media_too_large" } });
    expect(await api.stagedBytes(path)).toBeLessThanOrEqual(1_000);
    expect(await rows("media")).toEqual([]);
  });

  test("M26 when it is finished: its media keeps its bytes", async () => {
    const { tus, begin, caller, rows } = await setup();
    const bytes = noisyMp4(5_000, 5);
    const path = await begin(bytes.length);
    await tus.patch(path, 0, bytes);
    const before = await rows("media");
    for (const offset of [0, 100, bytes.length]) {
      expect(await tus.patch(path, offset, Buffer.alloc(10))).toMatchObject({
        status: 403,
        body: { code: "upload_finished" },
      });
    }
    expect(await tus.delete(path)).toMatchObject({ status: 403, body: { code: "upload_finished" } });
    expect(await rows("media")).toEqual(before);
    const [media] = before;
    expect(await api.storedDigest(String(media?.["storage_key"]))).toBe(sha256(bytes));
    expect((await caller.get(`/api/media/${String(media?.["id"])}`)).status).toBe(200);
  });

  test.each<[string, Buffer, string]>([
    ["M12 a text", Buffer.from("just text, no picture"), "media_type_unsupported"],
    ["M1 a playlist", Buffer.from("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/x\n"), "media_type_unsupported"],
    ["M29 a zip", Buffer.from("PK\u0003\u0004 and so on, for as long as it takes"), "media_type_unsupported"],
    ["M17 a picture of too many pixels", pngBytes(30_000, 30_000), "media_too_many_pixels"],
  ])("when its bytes are %s, whatever its name", async (_what, bytes, code) => {
    const { tus, begin, rows, files } = await setup();
    const path = await begin(bytes.length, "clip.mp4");
    const last = await tus.patch(path, 0, bytes);
    expect(last).toMatchObject({ status: 422, body: { code, who: "caller" }, headers: { "tus-resumable": "1.0.0" } });
    expect((await tus.get(path)).body).toMatchObject({ state: "refused", mediaId: null, failure: { code } });
    expect((await tus.head(path)).status).toBe(422);
    expect(await tus.patch(path, 0, bytes)).toMatchObject({ status: 403 });
    expect(await rows("media")).toEqual([]);
    expect(await files()).toEqual([]);
  });

  test("M11 when it is empty", async () => {
    const { tus, rows } = await setup();
    expect(await tus.create({ size: 0 })).toMatchObject({ status: 422, body: { code: "media_empty" } });
    expect(await rows("media")).toEqual([]);
  });

  test("without the protocol's version", async () => {
    const { tus } = await setup();
    expect((await tus.create({ size: 10, headers: { "tus-resumable": "0.2.1" } })).status).toBe(400);
  });

  test("in another workspace, where it does not exist", async () => {
    const [mine, yours] = [await setup(), await setup()];
    const path = await mine.begin(100);
    for (const answer of [
      yours.tus.patch(path, 0, Buffer.alloc(100)),
      yours.tus.head(path),
      yours.tus.get(path),
      yours.tus.delete(path),
    ]) {
      expect((await answer).status).toBe(404);
    }
    expect((await mine.tus.head(path)).headers["upload-offset"]).toBe("0");
  });
});

describe("M20-M24 a file's name is only words for people", () => {
  test.each([
    ["M20", "-i"],
    ["M20", "../../etc/passwd"],
    ["M21", "a\0.mp4"],
    ["M22", '"; rm -rf / #.mp4'],
    ["M23", "CON.mp4"],
    ["M24", "x".repeat(2_500)],
    ["M24", "gpm.\u202e4pm\u{1f3ac}"],
  ])("%s %j", async (_row, name) => {
    const { tus, begin, caller, rows, files } = await setup();
    const bytes = pngBytes(5, 5);
    const path = await begin(bytes.length, name);
    const last = await tus.patch(path, 0, bytes);
    const { fileName } = (await caller.get(`/api/media/${last.headers["media-id"]}`)).body as { fileName: string };
    expect(fileName.length).toBeLessThanOrEqual(200);
    expect(fileName).not.toMatch(/[/\\\0\u202e]/);
    const [media] = await rows("media");
    expect(media?.["storage_key"]).toMatch(/^media\/[0-9a-f-]{36}\/[0-9a-f-]{36}$/);
    expect(await files()).toHaveLength(1);
  });

  test("M24 metadata of more than 4 KiB are refused", async () => {
    const { tus } = await setup();
    expect((await tus.create({ size: 10, name: "x".repeat(5_000) })).status).toBe(400);
  });
});

describe("room", () => {
  const setQuota = (workspaceId: string, quota: { bytes?: number; perMinute?: number }) =>
    api.db.sql("update workspaces set quota_bytes = $2, uploads_per_minute = $3 where id = $1", [
      workspaceId,
      quota.bytes ?? null,
      quota.perMinute ?? null,
    ]);
  const noRoom = { status: 507, body: { code: "quota_exceeded", who: "caller" } };

  test("is taken before the bytes come, and free again when an upload is given up", async () => {
    const { tus, caller, begin, workspaceId, rows } = await setup();
    await setQuota(workspaceId, { bytes: 10_000 });
    const path = await begin(6_000);
    expect(await tus.create({ size: 6_000 })).toMatchObject(noRoom);
    expect(await caller.upload(noisyMp4(6_000, 6), "a.mp4")).toMatchObject(noRoom);
    expect(await rows("media")).toEqual([]);
    await tus.delete(path);
    expect((await caller.upload(noisyMp4(6_000, 6), "a.mp4")).status).toBe(201);
    expect(await tus.create({ size: 6_000 })).toMatchObject(noRoom);
    expect((await tus.create({ size: 3_000 })).status).toBe(201);
  });

  test("is never given twice, however many ask at once", async () => {
    const { tus, workspaceId, rows } = await setup();
    await setQuota(workspaceId, { bytes: 5_000 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => tus.create({ size: 1_000 })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 507)).toHaveLength(15);
    expect(await rows("uploads")).toHaveLength(5);
  });

  test("of a workspace is its own", async () => {
    const [full, free] = [await setup(), await setup()];
    await setQuota(full.workspaceId, { bytes: 1 });
    expect(await full.tus.create({ size: 10 })).toMatchObject(noRoom);
    expect((await free.tus.create({ size: 10 })).status).toBe(201);
  });

  test("M30 uploads beyond so many a minute are 429 and say when to come again, of every kind", async () => {
    const { tus, caller, workspaceId, rows } = await setup();
    await setQuota(workspaceId, { perMinute: 20 });
    const one = Buffer.from("x");
    const answers = await Promise.all(Array.from({ length: 200 }, () => caller.upload(one, "x.mp4")));
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(20);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(180);
    expect(Number(refused[0]?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(refused[0]?.headers.get("retry-after"))).toBeLessThanOrEqual(60);
    expect(await tus.create({ size: 1 })).toMatchObject({ status: 429, body: { code: "too_many_requests" } });
    expect((await caller.post("/api/media", { url: "https://example.com/a.mp4" })).status).toBe(429);
    expect(await rows("media")).toEqual([]);
    await api.db.sql("update upload_allowances set minute_began_at = now() - interval '61 s' where workspace_id = $1", [
      workspaceId,
    ]);
    expect((await tus.create({ size: 1 })).status).toBe(201);
  });
});

describe("a disk that is nearly full", () => {
  let full: TestRoutes;
  beforeAll(async () => {
    full = await startTestRoutes({ STORAGE_MIN_FREE_BYTES: "9007199254740991" });
  }, 120_000);
  afterAll(() => full.stop());

  test("takes no upload of any kind", async () => {
    const { key } = await full.newWorkspace();
    const storageFull = { status: 507, body: { code: "storage_full", who: "operator" } };
    const caller = testCaller(full.url, key);
    expect(await tusClient(full.url, key).create({ size: 10 })).toMatchObject(storageFull);
    expect(await caller.upload(pngBytes(5, 5), "a.png")).toMatchObject(storageFull);
    expect(await caller.post("/api/media", { url: "https://example.com/a.mp4" })).toMatchObject(storageFull);
  });
});

describe("pages of other origins", () => {
  test("may upload where the workspace allows them, and nowhere else", async () => {
    const { workspaceId, key } = await setup();
    const origin = `https://app-${workspaceId}.example`;
    const preflight = (from: string) =>
      fetch(`${api.url}/api/media/uploads`, { method: "OPTIONS", headers: { origin: from } });
    const create = (from: string) =>
      fetch(`${api.url}/api/media/uploads`, {
        method: "POST",
        headers: { origin: from, authorization: `Bearer ${key}`, "tus-resumable": "1.0.0", "upload-length": "10" },
      });
    for (const answer of [
      await preflight(origin),
      await create(origin),
      await preflight("null"),
      await create("null"),
    ]) {
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    }
    await api.db.sql("update workspaces set allowed_return_origins = $2 where id = $1", [workspaceId, [origin]]);
    const allowed = await preflight(origin);
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get("access-control-allow-origin")).toBe(origin);
    expect(allowed.headers.get("access-control-allow-headers")).toMatch(/Upload-Offset/);
    expect(allowed.headers.get("tus-max-size")).toBe(String(maxBytes));
    const begun = await create(origin);
    expect(begun.headers.get("access-control-allow-origin")).toBe(origin);
    expect(begun.headers.get("access-control-expose-headers")).toMatch(/Media-Id/);
    expect(begun.headers.get("access-control-allow-credentials")).toBeNull();
    const other = await setup();
    const foreign = await fetch(`${api.url}/api/media/uploads`, {
      method: "POST",
      headers: { origin, authorization: `Bearer ${other.key}`, "tus-resumable": "1.0.0", "upload-length": "10" },
    });
    expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
  });
});
