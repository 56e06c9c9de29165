import { createHash, randomBytes } from "node:crypto";
import { request } from "node:http";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newId } from "@reelay/database";
import { openS3Server, type S3Server } from "@reelay/storage/testing";
import type { ApiDeps } from "../deps.ts";
import { mp4Bytes } from "../testing/media-bytes.ts";
import { startTestApi, type TestApi } from "../testing/start-test-api.ts";

const bucket = "tiktok-media";
let s3: S3Server;
beforeAll(async () => void (s3 = await openS3Server({ buckets: [bucket] })));
afterAll(() => s3.close());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
}

/** As curl would: nothing is added to what is asked, nothing is followed. */
async function ask(url: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers, agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => void pieces.push(piece));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(pieces) }),
      );
    });
    asked.on("error", reject);
    asked.end();
  });
}

const sizeBytes = 301_000;
const newVideo = () => Buffer.concat([mp4Bytes(1_000), randomBytes(sizeBytes - 1_000)]);

describe.each(["disk", "s3"])("public media on %s", (driver) => {
  let api: TestApi;
  let deps: ApiDeps;
  const clock = { aheadMs: 0 };
  beforeAll(async () => {
    api = await startTestApi({
      environment: driver === "s3" ? s3.environment(bucket) : {},
      deps: { now: () => new Date(Date.now() + clock.aheadMs) },
      onDeps: (opened) => (deps = opened),
    });
  }, 60_000);
  afterAll(() => api.close(), 30_000);

  /** A media as the probe leaves it; its id and its public address. */
  async function media(bytes: Buffer = newVideo(), contentType = "video/mp4", workspaceId = api.workspaceId) {
    const id = newId();
    const storageKey = `media/${workspaceId}/${id}`;
    const stored = await deps.storage.put(storageKey, Readable.from([bytes]), { signal: AbortSignal.timeout(20_000) });
    await api.db.sql(
      `insert into media (id, workspace_id, kind, state, file_name, content_type, size_bytes, sha256, storage_key)
       values ($1, $2, $3, 'ready', 'file', $4, $5, $6, $7)`,
      [
        id,
        workspaceId,
        contentType.split("/")[0] === "image" ? "image" : "video",
        contentType,
        stored.sizeBytes,
        stored.sha256,
        storageKey,
      ],
    );
    return { id, storageKey, bytes, sha256: stored.sha256, url: await urlOf(id) };
  }
  const urlOf = async (id: string) => String((await api.caller.get(`/api/media/${id}`)).body.url);

  test("an address from the API opens the bytes to whoever has it, streamed with their type", async () => {
    const { url, sha256 } = await media();
    expect(url.startsWith(`${api.url}/media/sources/`)).toBe(true);
    expect(url.endsWith("/video.mp4")).toBe(true);
    const whole = await ask(url);
    expect([whole.status, createHash("sha256").update(whole.bytes).digest("hex")]).toEqual([200, sha256]);
    expect(whole.headers).toMatchObject({
      "content-type": "video/mp4",
      "content-length": String(sizeBytes),
      "content-disposition": "inline",
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
      "accept-ranges": "bytes",
      etag: `"${sha256}"`,
    });
    expect(whole.headers["location"]).toBeUndefined();
    expect(whole.headers["set-cookie"]).toBeUndefined();
  });

  test("HEAD says what GET would, without the bytes and whatever range it names", async () => {
    const { url } = await media();
    const { date: _, "x-request-id": __, ...headers } = (await ask(url)).headers;
    const head = await ask(url, { range: "bytes=0-1" }, "HEAD");
    expect([head.status, head.bytes.length]).toEqual([200, 0]);
    expect(head.headers).toMatchObject(headers);
  });

  const end = sizeBytes - 1;
  test.each([
    ["bytes=0-0", 0, 0],
    ["bytes=2-5", 2, 5],
    [`bytes=${end}-`, end, end],
    ["bytes=-3", end - 2, end],
    ["bytes=100-", 100, end],
    [`bytes=-${sizeBytes + 10}`, 0, end],
    [`bytes=5-${sizeBytes * 2}`, 5, end],
    ["bytes=5-99999999999999999999", 5, end],
  ])("%s is answered with those bytes alone", async (range, first, last) => {
    const { url, bytes } = await media();
    const part = await ask(url, { range });
    expect([part.status, part.headers["content-range"]]).toEqual([206, `bytes ${first}-${last}/${sizeBytes}`]);
    expect(part.headers["content-length"]).toBe(String(last - first + 1));
    expect(part.bytes.equals(bytes.subarray(first, last + 1))).toBe(true);
  });

  test.each([`bytes=${sizeBytes}-`, "bytes=99999999999999999999-", "bytes=-0"])(
    "%s is a range that is not there",
    async (range) => {
      const { url } = await media();
      const refused = await ask(url, { range });
      expect([refused.status, refused.headers["content-range"]]).toEqual([416, `bytes */${sizeBytes}`]);
      expect(refused.bytes).toHaveLength(0);
    },
  );

  const many = Array.from({ length: 1_000 }, (_, number) => `${number * 3}-${number * 3}`).join(",");
  test.each(["bytes=0-1,4-5", "bytes=9-2", "lines=1-2", "bytes", "bytes 1-2", `bytes=${many}`])(
    "%.20s is no range of ours: everything comes, once",
    async (range) => {
      const { url } = await media();
      const whole = await ask(url, { range });
      expect([whole.status, whole.bytes.length]).toEqual([200, sizeBytes]);
    },
  );

  test("a download that is taken up again gets the rest of the same bytes, or all of the others", async () => {
    const { url } = await media();
    const { headers } = await ask(url, {}, "HEAD");
    const rest = async (ifRange: string) => (await ask(url, { range: "bytes=10-", "if-range": ifRange })).status;
    expect(await rest(String(headers["etag"]))).toBe(206);
    expect(await rest(String(headers["last-modified"]))).toBe(206);
    expect(await rest('"other"')).toBe(200);
    expect(await rest(`W/${String(headers["etag"])}`)).toBe(200);
    expect(await rest(new Date(0).toUTCString())).toBe(200);
    expect((await ask(url, { "if-none-match": String(headers["etag"]) })).status).toBe(304);
    expect((await ask(url, { "if-none-match": '"other"' })).status).toBe(200);
  });

  test("whoever leaves in the middle does no harm", async () => {
    const { url } = await media(randomBytes(20_000_000));
    await new Promise<void>((resolve) => {
      const asked = request(url, { agent: false }, (response) =>
        response.once("data", () => {
          asked.destroy();
          resolve();
        }),
      );
      asked.on("error", () => undefined);
      asked.end();
    });
    expect((await ask(url, { range: "bytes=0-3" })).bytes).toHaveLength(4);
  });

  test("bytes that are two things at once run as neither (M28)", async () => {
    const script = Buffer.from("<!doctype html><script>alert(document.domain)</script>");
    const polyglot = await ask((await media(Buffer.concat([mp4Bytes(64), script]))).url);
    expect(polyglot.headers).toMatchObject({
      "content-type": "video/mp4",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
    });
    for (const type of ["text/html", "image/svg+xml", "image/gif", "application/javascript", "video/mp4; a=<b>"]) {
      const { url } = await media(Buffer.concat([script, randomBytes(8)]), type);
      const answer = await ask(url);
      expect(answer.headers).toMatchObject({
        "content-type": "application/octet-stream",
        "content-disposition": "attachment",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
      });
      expect(url.endsWith("/file.bin")).toBe(true);
    }
  });

  test("whatever opens nothing is not there, and no answer tells why", async () => {
    const [one, other] = [await media(), await media(randomBytes(100), "image/png")];
    const foreign = await api.otherWorkspace();
    const path = (parts: Partial<Record<"kind" | "id" | "access", string>>) => {
      const [, , kindOf = "", idOf = "", accessOf = "", nameOf = ""] = new URL(one.url).pathname.split("/");
      return `${api.url}/media/${parts.kind ?? kindOf}/${parts.id ?? idOf}/${parts.access ?? accessOf}/${nameOf}`;
    };
    const mine = new URL(one.url).pathname.split("/")[4] ?? "";
    const theirs = new URL(other.url).pathname.split("/")[4] ?? "";
    const [workspaceId = "", day = "", mac = ""] = mine.split(".");
    expect((await ask(path({}))).status).toBe(200);
    const closed = [
      path({ access: theirs }),
      path({ id: other.id }),
      path({ id: newId() }),
      path({ kind: "renditions" }),
      path({ kind: "__proto__" }),
      path({ kind: "posters%2f" }),
      path({ id: "..%2f..%2fetc" }),
      path({ access: `${workspaceId}.${Number(day) + 1}.${mac}` }),
      path({ access: `${foreign.workspaceId}.${day}.${mac}` }),
      path({ access: `${workspaceId}.${day}.` }),
      path({ access: "x" }),
    ];
    const answers = await Promise.all(closed.map((url) => ask(url)));
    const said = answers.map(({ status, bytes }) => {
      const { requestId: _, ...problem } = JSON.parse(bytes.toString()) as Record<string, unknown>;
      return JSON.stringify({ status, problem });
    });
    expect(new Set(said)).toEqual(new Set([said[0]]));
    expect(answers[0]?.status).toBe(404);
    for (const url of [`${api.url}/media`, `${api.url}/media/sources`, `${api.url}/media/sources/${one.id}`])
      expect((await ask(url)).status).toBe(404);
    expect((await ask(one.url, {}, "PUT")).status).not.toBeLessThan(400);
  });

  test("what is not ready, gone, or another workspace's is not there, though its address is good", async () => {
    const { id, url, storageKey } = await media();
    for (const change of ["state = 'probing'", "state = 'rejected'"]) {
      await api.db.sql(`update media set ${change} where id = $1`, [id]);
      expect([change, (await ask(url)).status]).toEqual([change, 404]);
    }
    await api.db.sql("update media set state = 'ready' where id = $1", [id]);
    expect((await ask(url)).status).toBe(200);
    await deps.storage.remove(storageKey);
    expect((await ask(url)).status).toBe(404);
    const { workspaceId } = await api.otherWorkspace();
    const moved = await media();
    await api.db.sql("update media set workspace_id = $2 where id = $1", [moved.id, workspaceId]);
    expect((await ask(moved.url)).status).toBe(404);
  });

  test("an address is good for a day at least and two at most", async () => {
    const { url } = await media();
    const dayMs = 86_400_000;
    try {
      clock.aheadMs = dayMs;
      expect((await ask(url, {}, "HEAD")).status).toBe(200);
      clock.aheadMs = 2 * dayMs;
      expect((await ask(url, {}, "HEAD")).status).toBe(404);
    } finally {
      clock.aheadMs = 0;
    }
  });

  test("a rendition has an address of its own, also where it is the media's own bytes", async () => {
    const source = await media();
    const id = newId();
    await api.db.sql(
      `insert into renditions (id, workspace_id, media_id, input_sha256, target, options, options_digest, state, storage_key,
         content_type, size_bytes, sha256, duration_ms)
       values ($1, $2, $3, $4, 'tiktok-video', '{}', 'digest', 'ready', $5, 'video/mp4', $6, $4, 1000)`,
      [id, api.workspaceId, source.id, source.sha256, source.storageKey, sizeBytes],
    );
    const { result } = (await api.caller.get(`/api/renditions/${id}`)).body as { result: { url: string } };
    expect(result.url).toContain(`/media/renditions/${id}/`);
    expect((await ask(result.url)).bytes.equals(source.bytes)).toBe(true);
  });
});

test("MEDIA_PUBLIC_URL is the name under which platforms fetch", async () => {
  const api = await startTestApi({ environment: { MEDIA_PUBLIC_URL: "https://media.example.com/m/" } });
  try {
    await api.db.sql(
      `insert into media (id, workspace_id, kind, state, file_name, content_type, size_bytes, sha256, storage_key)
       values ($1, $2, 'image', 'ready', 'file', 'image/png', 1, 'x', 'media/x')`,
      [newId(), api.workspaceId],
    );
    const { items } = (await api.caller.get("/api/media")).body as { items: { url: string }[] };
    expect(items[0]?.url).toMatch(/^https:\/\/media\.example\.com\/m\/sources\/[^?]+\/image\.png$/);
  } finally {
    await api.close();
  }
});
