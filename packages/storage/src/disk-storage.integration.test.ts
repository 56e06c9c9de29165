import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { mkdtemp, readdir, readlink, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { openDiskStorage, type Storage } from "./index.ts";

// What both drivers promise: contract.integration.test.ts.
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

test("a directory that cannot be made is the operator's failure", async () => {
  const refused = await openDiskStorage({ directory: "/dev/full" }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: "storage_unavailable" });
});

test("two buffers serve the pieces of a whole object", async () => {
  await storage.put("a", Readable.from([Buffer.alloc(3_000_000)]), { signal });
  const buffers = new Set<unknown>();
  for await (const piece of storage.pieces("a", { start: 0, end: 2_999_999 })) buffers.add(piece.buffer);
  expect(buffers.size).toBe(2);
});

test("pieces close the file, as does who stops early", async () => {
  const openFiles = async () => {
    const links = await Promise.all(
      (await readdir("/proc/self/fd")).map((fd) => readlink(join("/proc/self/fd", fd)).catch(() => "")),
    );
    return links.filter((path) => path.startsWith(directory));
  };
  await storage.put("a", Readable.from([Buffer.alloc(700_001)]), { signal });
  for await (const piece of storage.pieces("a", { start: 0, end: 700_000 })) {
    expect(piece).toHaveLength(262_144);
    if (process.platform === "linux") expect(await openFiles()).toHaveLength(1);
    break;
  }
  if (process.platform === "linux") expect(await openFiles()).toEqual([]);
});

test("localPath of a disk is the object itself", async () => {
  await storage.put("a/b", Readable.from([Buffer.from("x")]), { signal });
  expect(await storage.localPath("a/b", "/nowhere", signal)).toBe(join(directory, "objects", "a", "b"));
});

test("the sweep removes what a dead process left and spares what is being written", async () => {
  const old = join(directory, "temporary", "dead.part");
  await writeFile(old, "x");
  await utimes(old, new Date(Date.now() - 7_200_000), new Date(Date.now() - 7_200_000));
  await writeFile(join(directory, "temporary", "live.part"), "x");
  expect(await storage.sweepTemporary(3_600_000)).toBe(1);
  expect(await readdir(join(directory, "temporary"))).toEqual(["live.part"]);
});

test("check tells a directory that cannot be written", async () => {
  await rm(join(directory, "temporary"), { recursive: true });
  await expect(storage.check()).rejects.toMatchObject({ code: "storage_unavailable" });
});
