import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { openDiskStorage, type Storage } from "./index.ts";
import { openS3Storage } from "./s3/open-s3-storage.ts";
import { openS3Server, type S3Server } from "./testing/index.ts";

// Every put waits for the disk, which may be busy.
jest.setTimeout(30_000);
const signal = new AbortController().signal;
let server: S3Server;
let scratch: string;
beforeAll(async () => {
  server = await openS3Server({ buckets: Array.from({ length: 40 }, (_, number) => `bucket-${number}`) });
  scratch = await mkdtemp(join(tmpdir(), "storage-contract-"));
});
afterAll(async () => {
  await server.close();
  await rm(scratch, { recursive: true, force: true });
});

interface Opened {
  readonly storage: Storage;
  /** Whatever lies there, finished or not. */
  everything(): Promise<string[]>;
}
let turn = 0;
const drivers: Record<string, () => Promise<Opened>> = {
  async disk() {
    const directory = await mkdtemp(join(scratch, "disk-"));
    const everything = async () =>
      (await readdir(directory, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name);
    return { storage: await openDiskStorage({ directory }), everything };
  },
  async s3() {
    const bucket = `bucket-${turn++}`;
    const everything = async () => [...(await server.keys(bucket)), ...(await server.unfinished(bucket))];
    return { storage: openS3Storage({ ...server.settings, bucket }), everything };
  },
};

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const collect = async <T>(items: AsyncIterable<T>) => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};
const read = async (pieces: AsyncIterable<Buffer>) => {
  const copies: Buffer[] = [];
  for await (const piece of pieces) copies.push(Buffer.from(piece));
  return Buffer.concat(copies);
};

describe.each(Object.keys(drivers))("storage: %s", (driver) => {
  let storage: Storage;
  let everything: Opened["everything"];
  beforeEach(async () => ({ storage, everything } = await drivers[driver]!()));
  const write = (key: string, text: string) => storage.put(key, Readable.from([Buffer.from(text)]), { signal });
  const textOf = async (key: string) => (await buffer(storage.open(key))).toString();

  test.each([
    ["nothing", 0],
    ["little", 700_001],
    ["exactly a part", 8_388_608],
    ["several parts", 17_000_001],
  ])("what was put is what is read, digested on the way: %s", async (_what, sizeBytes) => {
    const bytes = randomBytes(sizeBytes);
    const cut = Math.min(10, sizeBytes);
    const stored = await storage.put("media/a.bin", Readable.from([bytes.subarray(0, cut), bytes.subarray(cut)]), {
      signal,
    });
    expect(stored).toEqual({ sizeBytes, sha256: sha256(bytes) });
    expect((await buffer(storage.open("media/a.bin"))).equals(bytes)).toBe(true);
    expect(await storage.stat("media/a.bin")).toEqual({ sizeBytes });
  });

  test.each([10_500, 9_000_500])(
    "an object over the limit of %i leaves nothing and stops the body",
    async (maxBytes) => {
      let pulled = 0;
      const endless = Readable.from(
        (function* () {
          for (;;) {
            pulled += 1;
            yield Buffer.alloc(1000);
          }
        })(),
      );
      await expect(storage.put("media/a.bin", endless, { signal, maxBytes })).rejects.toMatchObject({
        code: "media_too_large",
      });
      expect(endless.destroyed).toBe(true);
      expect(pulled).toBeLessThan(maxBytes / 1000 + 100);
      expect(await everything()).toEqual([]);
    },
  );

  test("exactly the limit is allowed", async () => {
    await expect(storage.put("a", Readable.from([Buffer.alloc(10)]), { signal, maxBytes: 10 })).resolves.toMatchObject({
      sizeBytes: 10,
    });
  });

  test.each([1_000, 20_000_000])(
    "a body that breaks after %i bytes leaves nothing and its own error",
    async (bytes) => {
      const broken = Readable.from(
        (async function* () {
          for (let sent = 0; sent < bytes; sent += 1_000_000) yield Buffer.alloc(Math.min(1_000_000, bytes));
          throw new Error("connection reset");
        })(),
      );
      await expect(storage.put("a", broken, { signal })).rejects.toThrow("connection reset");
      expect(await everything()).toEqual([]);
    },
  );

  test.each([10, 20_000_000])("an aborted put ends a body silent after %i bytes and leaves nothing", async (bytes) => {
    const abort = new AbortController();
    let reads = 0;
    const silent = new Readable({
      read() {
        reads += 1;
        if (reads === 1) this.push(Buffer.alloc(bytes));
        else abort.abort();
      },
    });
    await expect(storage.put("a", silent, { signal: abort.signal })).rejects.toMatchObject({ name: "AbortError" });
    expect(silent.destroyed).toBe(true);
    expect(await everything()).toEqual([]);
  });

  test("nothing is seen of an object before it is whole", async () => {
    await write("a", "old");
    let seen: string | undefined;
    const body = Readable.from(
      (async function* () {
        yield Buffer.alloc(17_000_000);
        seen = await textOf("a");
        yield Buffer.from("end");
      })(),
    );
    await storage.put("a", body, { signal });
    expect(seen).toBe("old");
    expect(await storage.stat("a")).toEqual({ sizeBytes: 17_000_003 });
  });

  test("a reader of the old object keeps it while it is replaced", async () => {
    await write("a", "old");
    const reading = storage.open("a")[Symbol.asyncIterator]();
    const first = await reading.next();
    await write("a", "new");
    expect(String(first.value)).toBe("old");
    expect(await textOf("a")).toBe("new");
  });

  test("a range is inclusive at both ends, and has what there is of it", async () => {
    await write("a", "0123456789");
    const range = async (start: number, end: number) => (await buffer(storage.open("a", { start, end }))).toString();
    expect(await range(2, 5)).toBe("2345");
    expect(await range(9, 9)).toBe("9");
    expect(await range(8, 100)).toBe("89");
    expect(await range(10, 20)).toBe("");
  });

  test("a stream that is destroyed early ends without an error", async () => {
    await storage.put("a", Readable.from([Buffer.alloc(5_000_000)]), { signal });
    const stream = storage.open("a");
    for await (const piece of stream) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect(stream.destroyed).toBe(true);
  });

  test("a missing object is media_bytes_missing, however it is asked for", async () => {
    const missing = { code: "media_bytes_missing" };
    await expect(buffer(storage.open("media/none"))).rejects.toMatchObject(missing);
    await expect(storage.localPath("media/none", scratch, signal)).rejects.toMatchObject(missing);
    await expect(collect(storage.pieces("media/none", { start: 0, end: 9 }))).rejects.toMatchObject(missing);
    expect(await storage.stat("media/none")).toBeNull();
  });

  test.each([
    [0, 700_000],
    [1, 262_144],
    [262_143, 262_144],
    [700_000, 700_000],
    [0, 999_999],
  ])("pieces from %i to %i are the bytes of that range", async (start, end) => {
    const bytes = randomBytes(700_001);
    await storage.put("a", Readable.from([bytes]), { signal });
    expect((await read(storage.pieces("a", { start, end }))).equals(bytes.subarray(start, end + 1))).toBe(true);
  });

  test("putFile takes the file over and makes it young", async () => {
    const path = join(scratch, "made.mp4");
    await writeFile(path, "video");
    await utimes(path, new Date(0), new Date(0));
    expect(await storage.putFile("renditions/r.mp4", path)).toEqual({
      sizeBytes: 5,
      sha256: sha256(Buffer.from("video")),
    });
    await expect(stat(path)).rejects.toMatchObject({ code: "ENOENT" });
    const [only] = await collect(storage.list("renditions/"));
    expect(only?.modifiedAt.getTime()).toBeGreaterThan(Date.now() - 60_000);
  });

  test("localPath is a file of the same bytes", async () => {
    await write("a/b", "x");
    expect(await readFile(await storage.localPath("a/b", scratch, signal), "utf8")).toBe("x");
  });

  test("an aborted localPath leaves nothing in the directory", async () => {
    await write("a", "x");
    const directory = await mkdtemp(join(scratch, "empty-"));
    await expect(storage.localPath("a", directory, AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
    expect(await readdir(directory)).toEqual([]);
  });

  test("removing twice is fine", async () => {
    await write("a", "x");
    await storage.remove("a");
    await storage.remove("a");
    expect(await storage.stat("a")).toBeNull();
  });

  test("list answers every object below the prefix and no other", async () => {
    for (const key of ["m/1/a", "m/1/b", "m/12", "n/1"]) await write(key, "x");
    const keys = async (prefix: string) => (await collect(storage.list(prefix))).map(({ key }) => key).sort();
    expect(await keys("")).toEqual(["m/1/a", "m/1/b", "m/12", "n/1"]);
    expect(await keys("m/1")).toEqual(["m/1/a", "m/1/b", "m/12"]);
    expect(await keys("m/1/")).toEqual(["m/1/a", "m/1/b"]);
    expect(await keys("none/")).toEqual([]);
  });

  test("a key that leads out of the storage is refused by every method", async () => {
    const key = "../outside";
    await expect(storage.put(key, Readable.from([]), { signal })).rejects.toMatchObject({ code: "internal" });
    await expect(storage.putFile(key, "/tmp/none")).rejects.toMatchObject({ code: "internal" });
    await expect(storage.remove(key)).rejects.toMatchObject({ code: "internal" });
    await expect(storage.stat(key)).rejects.toMatchObject({ code: "internal" });
    await expect(storage.localPath(key, scratch, signal)).rejects.toMatchObject({ code: "internal" });
    expect(() => storage.open(key)).toThrow();
    expect(() => storage.pieces(key, { start: 0, end: 1 })).toThrow();
  });

  test("a check leaves nothing behind", async () => {
    await expect(storage.check()).resolves.toBeUndefined();
    expect(await everything()).toEqual([]);
  });
});
