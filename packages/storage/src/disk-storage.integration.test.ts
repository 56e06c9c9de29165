import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, readlink, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { openDiskStorage, type Storage } from "./index.ts";

// Every put waits for the disk, which may be busy.
jest.setTimeout(30_000);
let directory: string;
let storage: Storage;
const signal = new AbortController().signal;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "storage-test-"));
  storage = await openDiskStorage({ directory });
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const everyFile = async () =>
  (await readdir(directory, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
const collect = async <T>(items: AsyncIterable<T>) => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};
const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

describe("put", () => {
  test("what was put is what is read, digested on the way", async () => {
    const bytes = randomBytes(700_001);
    const stored = await storage.put("media/a.bin", Readable.from([bytes.subarray(0, 10), bytes.subarray(10)]), {
      signal,
    });
    expect(stored).toEqual({ sizeBytes: bytes.length, sha256: sha256(bytes) });
    expect(await buffer(storage.open("media/a.bin"))).toEqual(bytes);
    expect(await storage.stat("media/a.bin")).toEqual({ sizeBytes: bytes.length });
  });

  test("an object over the limit leaves nothing behind and stops the body", async () => {
    let pulled = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          pulled += 1;
          yield Buffer.alloc(1000);
        }
      })(),
    );
    await expect(storage.put("media/a.bin", endless, { signal, maxBytes: 10_500 })).rejects.toMatchObject({
      code: "media_too_large",
    });
    expect(endless.destroyed).toBe(true);
    expect(pulled).toBeLessThan(100);
    expect(await everyFile()).toEqual([]);
  });

  test("exactly the limit is allowed", async () => {
    await expect(storage.put("a", Readable.from([Buffer.alloc(10)]), { signal, maxBytes: 10 })).resolves.toMatchObject({
      sizeBytes: 10,
    });
  });

  test("a body that breaks leaves nothing behind and its own error", async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.alloc(1000);
        throw new Error("connection reset");
      })(),
    );
    await expect(storage.put("a", broken, { signal })).rejects.toThrow("connection reset");
    expect(await everyFile()).toEqual([]);
  });

  test("an aborted put ends a body that never ends and leaves nothing behind", async () => {
    const abort = new AbortController();
    const silent = new Readable({ read: () => undefined });
    silent.push(Buffer.alloc(10));
    const putting = storage.put("a", silent, { signal: abort.signal });
    abort.abort();
    await expect(putting).rejects.toMatchObject({ name: "AbortError" });
    expect(silent.destroyed).toBe(true);
    expect(await everyFile()).toEqual([]);
  });

  test("a reader of the old object keeps it while it is replaced", async () => {
    await storage.put("a", Readable.from([Buffer.from("old")]), { signal });
    const reading = storage.open("a");
    await new Promise((opened) => reading.once("open", opened));
    await storage.put("a", Readable.from([Buffer.from("new")]), { signal });
    expect((await buffer(reading)).toString()).toBe("old");
    expect((await buffer(storage.open("a"))).toString()).toBe("new");
  });

  test("a directory that cannot be made is the operator's failure", async () => {
    const refused = await openDiskStorage({ directory: "/dev/full" }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "storage_unavailable" });
  });
});

describe("open", () => {
  test("a range is inclusive at both ends", async () => {
    await storage.put("a", Readable.from([Buffer.from("0123456789")]), { signal });
    expect((await buffer(storage.open("a", { start: 2, end: 5 }))).toString()).toBe("2345");
    expect((await buffer(storage.open("a", { start: 9, end: 9 }))).toString()).toBe("9");
  });

  test("a missing object is media_bytes_missing", async () => {
    await expect(buffer(storage.open("media/none"))).rejects.toMatchObject({ code: "media_bytes_missing" });
    await expect(storage.localPath("media/none", directory, signal)).rejects.toMatchObject({
      code: "media_bytes_missing",
    });
    expect(await storage.stat("media/none")).toBeNull();
  });
});

describe("pieces", () => {
  const bytes = randomBytes(700_001);
  const openFiles = async () => {
    const links = await Promise.all(
      (await readdir("/proc/self/fd")).map((fd) => readlink(join("/proc/self/fd", fd)).catch(() => "")),
    );
    return links.filter((path) => path.startsWith(directory));
  };

  test.each([
    [0, 700_000],
    [1, 262_144],
    [262_143, 262_144],
    [700_000, 700_000],
  ])("from %i to %i are the bytes of that range", async (start, end) => {
    await storage.put("a", Readable.from([bytes]), { signal });
    const read: Buffer[] = [];
    for await (const piece of storage.pieces("a", { start, end })) read.push(Buffer.from(piece));
    expect(Buffer.concat(read).equals(bytes.subarray(start, end + 1))).toBe(true);
  });

  test("two buffers serve a whole object", async () => {
    await storage.put("a", Readable.from([Buffer.alloc(3_000_000)]), { signal });
    const buffers = new Set((await collect(storage.pieces("a", { start: 0, end: 2_999_999 }))).map((it) => it.buffer));
    expect(buffers.size).toBe(2);
  });

  test("end where the object does, and close it, as does who stops early", async () => {
    await storage.put("a", Readable.from([bytes]), { signal });
    let sizeBytes = 0;
    for await (const piece of storage.pieces("a", { start: 0, end: 999_999 })) sizeBytes += piece.length;
    expect(sizeBytes).toBe(bytes.length);
    for await (const piece of storage.pieces("a", { start: 0, end: 700_000 })) {
      expect(piece).toHaveLength(262_144);
      if (process.platform === "linux") expect(await openFiles()).toHaveLength(1);
      break;
    }
    if (process.platform === "linux") expect(await openFiles()).toEqual([]);
  });

  test("of a missing object are media_bytes_missing", async () => {
    await expect(collect(storage.pieces("media/none", { start: 0, end: 9 }))).rejects.toMatchObject({
      code: "media_bytes_missing",
    });
  });
});

test("putFile moves the file and makes it young", async () => {
  const path = join(directory, "made.mp4");
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

test("localPath of a disk is the object itself", async () => {
  await storage.put("a/b", Readable.from([Buffer.from("x")]), { signal });
  expect(await readFile(await storage.localPath("a/b", "/nowhere", signal), "utf8")).toBe("x");
});

test("removing twice is fine", async () => {
  await storage.put("a", Readable.from([Buffer.from("x")]), { signal });
  await storage.remove("a");
  await storage.remove("a");
  expect(await storage.stat("a")).toBeNull();
});

test("list answers every object below the prefix and no other", async () => {
  for (const key of ["m/1/a", "m/1/b", "m/12", "n/1"])
    await storage.put(key, Readable.from([Buffer.from("x")]), { signal });
  const keys = async (prefix: string) => (await collect(storage.list(prefix))).map(({ key }) => key).sort();
  expect(await keys("")).toEqual(["m/1/a", "m/1/b", "m/12", "n/1"]);
  expect(await keys("m/1")).toEqual(["m/1/a", "m/1/b", "m/12"]);
  expect(await keys("m/1/")).toEqual(["m/1/a", "m/1/b"]);
  expect(await keys("none/")).toEqual([]);
});

test("the sweep removes what a dead process left and spares what is being written", async () => {
  const old = join(directory, "temporary", "dead.part");
  await writeFile(old, "x");
  await utimes(old, new Date(Date.now() - 7_200_000), new Date(Date.now() - 7_200_000));
  await writeFile(join(directory, "temporary", "live.part"), "x");
  expect(await storage.sweepTemporary(3_600_000)).toBe(1);
  expect(await readdir(join(directory, "temporary"))).toEqual(["live.part"]);
});

test("a key that leads out of the storage is refused by every method", async () => {
  const key = "../outside";
  await expect(storage.put(key, Readable.from([]), { signal })).rejects.toMatchObject({ code: "internal" });
  await expect(storage.putFile(key, "/tmp/none")).rejects.toMatchObject({ code: "internal" });
  await expect(storage.remove(key)).rejects.toMatchObject({ code: "internal" });
  expect(() => storage.open(key)).toThrow();
});

test("check tells a writable directory from one that is not", async () => {
  await expect(storage.check()).resolves.toBeUndefined();
  expect(await everyFile()).toEqual([]);
  await rm(join(directory, "temporary"), { recursive: true });
  await expect(storage.check()).rejects.toMatchObject({ code: "storage_unavailable" });
});
