import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BoundedFile } from "./mp4/bounded-file.ts";
import { probeMp4 } from "./probe-mp4.ts";
import { makeWithFfmpeg, testVideo } from "./testing/fixtures.ts";

jest.setTimeout(120_000);
let directory: string;
let files: Buffer[];
const at = (name: string) => join(directory, name);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "hostile-mp4-test-"));
  const small = { seconds: 1, size: "64x64", sound: true };
  const hevc = ["-c:v", "libx265", "-tag:v", "hvc1", "-x265-params", "log-level=error:keyint=5"];
  files = await Promise.all(
    [
      makeWithFfmpeg(testVideo({ ...small, options: ["-movflags", "+faststart", "-g", "5"] }), at("first.mp4")),
      makeWithFfmpeg(testVideo({ ...small, options: ["-preset", "fast", "-bf", "2"] }), at("last.mov")),
      makeWithFfmpeg(testVideo({ ...small, options: hevc }), at("hevc.mp4")),
    ].map(async (made) => readFile(await made)),
  );
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const types = [
  "moov",
  "trak",
  "mdia",
  "minf",
  "stbl",
  "stsd",
  "stts",
  "stsz",
  "stsc",
  "stco",
  "stss",
  "ctts",
  "elst",
  "avcC",
  "hvcC",
  "esds",
];
/** Sizes, counts and offsets that a parser may trip over. */
const telling = [0, 1, 7, 8, 15, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffff8];

interface Change {
  readonly type: string;
  readonly offset: number;
  readonly value: number;
  readonly isByte: boolean;
}
const change = fc.record<Change>({
  type: fc.constantFrom(...types),
  offset: fc.integer({ min: -8, max: 90 }),
  value: fc.oneof(fc.constantFrom(...telling), fc.nat({ max: 0xffffffff })),
  isByte: fc.boolean(),
});

/** The file with numbers changed near the boxes that say what it is. */
function changed(file: Buffer, changes: readonly Change[]): Buffer {
  const copy = Buffer.from(file);
  for (const { type, offset, value, isByte } of changes) {
    const from = copy.indexOf(type);
    const to = from + 4 + offset;
    if (from < 0 || to < 0 || to + 4 > copy.length) continue;
    if (isByte) copy.writeUInt8(value & 0xff, to);
    else copy.writeUInt32BE(value, to);
  }
  return copy;
}

describe("an MP4 that lies", () => {
  test("is read or left to ffprobe: nothing is thrown, and nothing takes long", async () => {
    let certain = 0;
    let slowestMs = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 2 }),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 8 }),
        async (which, changes, share) => {
          const whole = changed(files[which]!, changes);
          await writeFile(
            at("lying.mp4"),
            share === null ? whole : whole.subarray(0, Math.floor(whole.length * share)),
          );
          const begun = performance.now();
          const { probe } = await probeMp4(at("lying.mp4"));
          slowestMs = Math.max(slowestMs, performance.now() - begun);
          if (probe !== null) certain += 1;
        },
      ),
      { numRuns: 4_000 },
    );
    // The changes would prove nothing if every one of them were refused at the first box.
    expect(certain).toBeGreaterThan(100);
    expect(slowestMs).toBeLessThan(2_000);
  });

  test.each<[string, string, number, number]>([
    ["of more samples than its index could hold", "stsz", 12, 0xffffffff],
    ["of endless durations", "stts", 8, 0x7fffffff],
    ["of one size for endless samples", "stsz", 8, 1],
    ["of endless chunks", "stsc", 8, 0xffffffff],
    ["of endless edits", "elst", 8, 0xffffffff],
    ["whose box is larger than the file", "moov", -4, 0x7fffffff],
    ["whose box is smaller than its header", "trak", -4, 3],
  ])("%s is left to ffprobe at once", async (_name, type, offset, value) => {
    const copy = Buffer.from(files[0]!);
    copy.writeUInt32BE(value, copy.indexOf(type) + offset);
    await writeFile(at("bomb.mp4"), copy);
    const before = process.memoryUsage().rss;
    expect((await probeMp4(at("bomb.mp4"))).probe).toBeNull();
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * 1024 * 1024);
  });

  test("with thousands of boxes, each inside the other or one after the other, is left to ffprobe", async () => {
    const nested = Array.from({ length: 5_000 }).reduce<Buffer>((inner) => {
      const header = Buffer.alloc(8, "moov");
      header.writeUInt32BE(inner.length + 8);
      return Buffer.concat([header, inner]);
    }, Buffer.alloc(0));
    const empty = Buffer.from([0, 0, 0, 8, ...Buffer.from("free")]);
    for (const file of [nested, Buffer.concat(Array.from({ length: 5_000 }, () => empty))]) {
      await writeFile(at("many.mp4"), file);
      expect(await probeMp4(at("many.mp4"))).toEqual({ probe: null, traits: {} });
    }
  });

  test("is never read beyond the budget, however often it is asked for", async () => {
    await writeFile(at("large.mp4"), Buffer.alloc(100_000));
    const file = await BoundedFile.open(at("large.mp4"), 60_000);
    expect(await file.read(0, 50_000)).toHaveLength(50_000);
    await expect(file.read(0, 10_001)).rejects.toThrow("budget");
    await expect(file.read(99_999, 2)).rejects.toThrow("ends");
    await file.close();
  });

  test("text, nothing and noise are left to ffprobe", async () => {
    for (const content of ["", "not a video", Buffer.alloc(64, 0xff)]) {
      await writeFile(at("other.mp4"), content);
      expect(await probeMp4(at("other.mp4"))).toEqual({ probe: null, traits: {} });
    }
  });
});
