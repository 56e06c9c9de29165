import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { Failure, stillOptions, type StillOptions } from "@reelay/domain";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import sharp, { type Sharp } from "sharp";
import { convertImageToVideo, findFfmpeg, stillRecipe, type Ffmpeg, type StillRecipe } from "./index.ts";
import { makeJpeg } from "./testing/fixtures.ts";

// Real ffmpeg on a machine that may be busy.
jest.setTimeout(60_000);
const execute = promisify(execFile);
let ffmpeg: Ffmpeg;
let directory: string;
let temporaryDirectory: string;
let output: string;
beforeAll(async () => {
  ffmpeg = await findFfmpeg();
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "still-test-"));
  temporaryDirectory = join(directory, "temporary");
  output = join(directory, "output.mp4");
  await mkdir(temporaryDirectory);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

interface Change {
  readonly options?: Partial<StillOptions>;
  readonly input?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (percent: number) => void;
  readonly recipe?: StillRecipe;
}

async function convert({ options = {}, input, ...rest }: Change = {}) {
  return convertImageToVideo({
    input: input ?? (await makeJpeg(join(directory, "input.jpg"))),
    output,
    options: stillOptions.parse({ width: 360, height: 640, ...options }),
    signal: new AbortController().signal,
    ffmpeg,
    temporaryDirectory,
    ...rest,
  });
}

async function ffprobe(...entries: string[]): Promise<string> {
  return (await execute("ffprobe", ["-v", "error", ...entries, "-of", "csv=p=0", output])).stdout.trim();
}
const leftovers = () => readdir(temporaryDirectory);
const outputExists = async () => (await readdir(directory)).includes("output.mp4");

/** R, G, B in the middle of a region of the first picture, as a player that trusts the tags shows it. */
async function colourAt(x: number, y: number): Promise<number[]> {
  const filter = `select=eq(n\\,0),crop=8:8:${x}:${y}:exact=1,scale=1:1:flags=area:in_color_matrix=bt709:in_range=tv,format=rgb24`;
  const { stdout } = await execute(
    "ffmpeg",
    ["-v", "error", "-i", output, "-vf", filter, "-frames:v", "1", "-f", "rawvideo", "-"],
    { encoding: "buffer" },
  );
  return [...stdout];
}
/** 8 of 256: what coding at this quality may cost. */
const near = (expected: number[], within = 8) => ({
  asymmetricMatch: (colour: number[]) =>
    colour.length === 3 && colour.every((value, index) => Math.abs(value - expected[index]!) <= within),
  toString: () => `near ${expected.join(",")}`,
});

/** Living ffmpeg processes of this test, told by their private directory. */
function children(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(directory);
      } catch {
        return false;
      }
    })
    .map(Number);
}

describe("the video", () => {
  test.each([
    [5_000, 150],
    [5_500, 165],
    [15_000, 450],
    [60_000, 1_800],
    [3_033, 91],
    [8_200, 246],
  ])("of %i ms has exactly %i frames, one every 1/30 s, across every seam", async (durationMs, frames) => {
    expect(await convert({ options: { durationMs } })).toMatchObject({
      frameCount: frames,
      durationMs: Math.round((frames * 1000) / 30),
    });
    const times = (await ffprobe("-select_streams", "v", "-show_entries", "packet=pts_time,dts_time")).split("\n");
    expect(times).toHaveLength(frames);
    const offBy = times.map((line, index) => line.split(",").map((time) => Math.abs(Number(time) - index / 30)));
    expect(Math.max(...offBy.flat())).toBeLessThan(0.0001);
    // The movie header counts in milliseconds, rounded up.
    expect(Math.abs(Number(await ffprobe("-show_entries", "format=duration")) - frames / 30)).toBeLessThanOrEqual(
      0.001,
    );
  });

  test("decodes to that many pictures, all alike, without a complaint", async () => {
    await convert({ options: { durationMs: 13_000 }, recipe: { ...stillRecipe, idealGroupFrames: 50 } });
    const { stdout, stderr } = await execute("ffmpeg", [
      "-v",
      "warning",
      "-i",
      output,
      "-map",
      "0:v",
      "-f",
      "framemd5",
      "-",
    ]);
    expect(stderr).toBe("");
    const pictures = stdout.split("\n").filter((line) => /^0,/.test(line));
    expect(pictures).toHaveLength(390);
    // Within a group the first pictures may still gain detail; the group repeats exactly.
    const digests = pictures.map((line) => line.split(",").at(-1)?.trim());
    expect(new Set(digests).size).toBeLessThanOrEqual(49);
    expect(digests.slice(0, 49)).toEqual(digests.slice(49, 98));
  });

  test("begins every group with a picture that stands alone and has no B frames", async () => {
    await convert({ options: { durationMs: 8_200 } });
    const types =
      (await ffprobe("-select_streams", "v", "-show_entries", "frame=pict_type,key_frame")).match(/^[01],[IPB]/gm) ??
      [];
    expect(types).toHaveLength(246);
    expect(types.flatMap((type, index) => (type === "1,I" ? [index] : []))).toEqual([0, 123]);
    expect(new Set(types)).toEqual(new Set(["1,I", "0,P"]));
  });

  test("says bt709, tv range, 4:2:0, square pixels and H.264", async () => {
    await convert();
    const entries =
      "codec_name,pix_fmt,color_range,color_space,color_transfer,color_primaries,sample_aspect_ratio,width,height,avg_frame_rate";
    expect(await ffprobe("-select_streams", "v", "-show_entries", `stream=${entries}`)).toBe(
      "h264,360,640,1:1,yuv420p,tv,bt709,bt709,bt709,30/1",
    );
  });

  test("has its index first and no edit list", async () => {
    await convert();
    const bytes = await readFile(output);
    expect(bytes.indexOf("moov")).toBeLessThan(bytes.indexOf("mdat"));
    expect(bytes.includes("elst")).toBe(false);
  });

  test("carries silence as long as the picture, less than one AAC frame short", async () => {
    await convert({ options: { durationMs: 15_000, silentAudio: true } });
    const [codec, channels, startsAt, lasts] = (
      await ffprobe("-select_streams", "a", "-show_entries", "stream=codec_name,channels,start_time,duration")
    ).split(",");
    expect([codec, channels, Number(startsAt)]).toEqual(["aac", "2", 0]);
    expect(Number(lasts)).toBeLessThanOrEqual(15);
    expect(Number(lasts)).toBeGreaterThan(15 - 0.05);
    const gaps = (await ffprobe("-select_streams", "a", "-show_entries", "packet=pts_time")).split("\n").map(Number);
    gaps.slice(1).forEach((time, index) => expect(time - gaps[index]!).toBeCloseTo(1024 / 44_100, 3));
    const { stderr } = await execute("ffmpeg", [
      "-hide_banner",
      "-i",
      output,
      "-af",
      "volumedetect",
      "-vn",
      "-f",
      "null",
      "-",
    ]);
    expect(stderr).toMatch(/max_volume: -91\.0 dB/);
  });

  test("has no audio when none is wanted", async () => {
    await convert({ options: { durationMs: 15_000, silentAudio: false } });
    expect(await ffprobe("-select_streams", "a", "-show_entries", "stream=codec_name")).toBe("");
    expect(Number(await ffprobe("-show_entries", "format=duration"))).toBeCloseTo(15, 3);
  });
});

describe("the picture", () => {
  test("keeps its colours, which a player reads as bt709", async () => {
    await convert({ options: { fit: "crop" } });
    expect(await colourAt(90, 160)).toEqual(near([0xc0, 0x20, 0x20]));
    expect(await colourAt(270, 160)).toEqual(near([0x20, 0xa0, 0x20]));
    expect(await colourAt(90, 480)).toEqual(near([0x20, 0x20, 0xc0]));
    expect(await colourAt(270, 480)).toEqual(near([0x80, 0x80, 0x80]));
  });

  test("is turned upright before it is scaled", async () => {
    // Orientation 6: the stored left column is the shown top row.
    await convert({ input: await makeJpeg(join(directory, "turned.jpg"), 1280, 720, 6), options: { fit: "crop" } });
    expect(await colourAt(270, 160)).toEqual(near([0xc0, 0x20, 0x20]));
    expect(await colourAt(90, 160)).toEqual(near([0x20, 0x20, 0xc0]));
  });

  test.each<[string, (image: Sharp) => Sharp, number[]]>([
    ["grey", (image) => image.greyscale().png(), [0x62, 0x62, 0x62]],
    ["of 16 bits", (image) => image.toColourspace("rgb16").png(), [0xc0, 0x20, 0x20]],
    ["in CMYK", (image) => image.toColourspace("cmyk").jpeg({ quality: 95 }), [0xc0, 0x20, 0x20]],
    ["half transparent, on black", (image) => image.ensureAlpha(0.5).png(), [0x60, 0x10, 0x10]],
  ])("may be %s", async (_name, make, topLeft) => {
    const input = join(directory, "unusual");
    await make(sharp(await makeJpeg(join(directory, "usual.jpg")))).toFile(input);
    await convert({ input, options: { fit: "crop" } });
    expect(await colourAt(90, 160)).toEqual(near(topLeft, 24));
  });

  test.each<[StillOptions["fit"], (middleOfTop: number[]) => void]>([
    ["pad", (colour) => expect(colour).toEqual(near([0, 0, 0]))],
    ["blur", (colour) => expect(Math.max(...colour)).toBeGreaterThan(30)],
  ])("with %s is whole, and what is around it is as asked", async (fit, expectAround) => {
    await convert({ options: { fit } });
    expectAround(await colourAt(60, 40));
    expect(await colourAt(90, 260)).toEqual(near([0xc0, 0x20, 0x20]));
    expect(await colourAt(270, 380)).toEqual(near([0x80, 0x80, 0x80]));
  });
});

describe("on every other path", () => {
  test("progress rises from encoding to 100", async () => {
    const seen: number[] = [];
    await convert({ onProgress: (percent) => seen.push(percent) });
    expect(seen.at(-1)).toBe(100);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(await leftovers()).toEqual([]);
  });

  test.each([
    ["encoding", 1],
    ["joining", 70],
  ])("a cancel while %s kills ffmpeg and leaves no file", async (_step, fromPercent) => {
    const abort = new AbortController();
    const canceled = new Failure("conversion_canceled");
    const slow = { ...stillRecipe, preset: "veryslow", x264: "threads=1" };
    let runningThen = 0;
    const converting = convert({
      options: { durationMs: 600_000, width: 1080, height: 1920 },
      signal: abort.signal,
      recipe: fromPercent === 1 ? slow : stillRecipe,
      onProgress: (percent) => {
        if (percent < fromPercent || abort.signal.aborted) return;
        runningThen = children().length;
        abort.abort(canceled);
      },
    });
    await expect(converting).rejects.toBe(canceled);
    if (fromPercent === 1) expect(runningThen).toBeGreaterThan(0);
    expect(children()).toEqual([]);
    expect(await leftovers()).toEqual([]);
    expect(await outputExists()).toBe(false);
  });

  test("an abort of ours is an interruption, to be tried again", async () => {
    await expect(convert({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "conversion_interrupted",
      who: "nobody",
    });
    expect(await leftovers()).toEqual([]);
  });

  test("an ffmpeg killed from outside is an interruption, to be tried again", async () => {
    const slow = { ...stillRecipe, preset: "veryslow", x264: "threads=1" };
    const converting = convert({
      options: { durationMs: 600_000, width: 1080, height: 1920 },
      recipe: slow,
      onProgress: () => children().forEach((pid) => process.kill(pid, "SIGKILL")),
    });
    await expect(converting).rejects.toMatchObject({ code: "conversion_interrupted" });
    expect(await leftovers()).toEqual([]);
  });

  test("a damaged image is unreadable, ffmpeg is gone and nothing is left", async () => {
    const whole = await readFile(await makeJpeg(join(directory, "whole.jpg")));
    const input = join(directory, "cut.jpg");
    await writeFile(input, whole.subarray(0, whole.length / 2));
    await expect(convert({ input })).rejects.toMatchObject({ code: "media_unreadable" });
    expect(children()).toEqual([]);
    expect(await leftovers()).toEqual([]);
    expect(await outputExists()).toBe(false);
  });

  test("ffmpeg sees nothing of our environment", async () => {
    process.env["REELAY_TEST_SECRET"] = "test-value-not-a-secret";
    try {
      let environment = "not read";
      const slow = { ...stillRecipe, preset: "veryslow", x264: "threads=1" };
      const abort = new AbortController();
      const converting = convert({
        options: { durationMs: 600_000, width: 1080, height: 1920 },
        signal: abort.signal,
        recipe: slow,
        onProgress: () => {
          const [pid] = children();
          if (pid !== undefined) environment = readFileSync(`/proc/${pid}/environ`, "utf8");
          abort.abort();
        },
      });
      await expect(converting).rejects.toMatchObject({ code: "conversion_interrupted" });
      expect(environment).toBe("");
    } finally {
      delete process.env["REELAY_TEST_SECRET"];
    }
  });
});
