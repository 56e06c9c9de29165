import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { findFfmpeg, type Ffmpeg } from "./find-ffmpeg.ts";
import { getVideoMetadata } from "./get-video-metadata.ts";
import { makePoster } from "./make-poster.ts";
import { makeSlideshow, type SlideshowWish } from "./make-slideshow.ts";
import { makeWithFfmpeg, testVideo } from "./testing/fixtures.ts";
import { boxesOf, meanColor, pictureTimes, streamsOf } from "./testing/measure.ts";

let directory: string;
let ffmpeg: Ffmpeg;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "reelay-slideshow-"));
  ffmpeg = await findFfmpeg({});
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const never = new AbortController().signal;
let made = 0;
const path = (ending: string) => join(directory, `${(made += 1)}.${ending}`);
async function image(background: string): Promise<string> {
  const file = path("png");
  await sharp({ create: { width: 300, height: 200, channels: 3, background } })
    .png()
    .toFile(file);
  return file;
}
const frame = { width: 360, height: 640, fps: 30, fit: "crop", silentAudio: false } as const;

async function slideshow(inputs: readonly string[], change: Partial<SlideshowWish> = {}) {
  const temporaryDirectory = await mkdtemp(join(directory, "temporary-"));
  const output = path("out.mp4");
  const times = { imageDurationMs: 1_000, crossFadeMs: 400 };
  try {
    const result = await makeSlideshow({
      inputs,
      output,
      times,
      frame,
      signal: never,
      ffmpeg,
      temporaryDirectory,
      threads: 2,
      ...change,
    });
    return { output, result };
  } finally {
    expect(await readdir(temporaryDirectory)).toEqual([]);
  }
}
const near = (one: number[], other: number[]) =>
  one.forEach((value, index) => expect(Math.abs(value - (other[index] ?? 0))).toBeLessThanOrEqual(8));

test("shows each image for its time and fades evenly into the next", async () => {
  const [red, green, blue] = [await image("#c02020"), await image("#20a020"), await image("#2020c0")];
  const { output, result } = await slideshow([red, green, blue]);
  // 30 frames each, 12 of them shared: 18 + 18 + 30.
  expect(result).toMatchObject({ frameCount: 66, durationMs: 2_200 });
  expect((await streamsOf(output)).video).toMatchObject({ nb_frames: "66", profile: "High", color_space: "bt709" });
  expect((await pictureTimes(output)).map(({ at }) => Math.round(at * 30))).toEqual(
    Array.from({ length: 66 }, (_, at) => at),
  );
  const boxes = await boxesOf(output);
  expect(boxes.indexOf("moov")).toBeLessThan(boxes.indexOf("mdat"));
  expect(boxes).not.toContain("edts");
  near(await meanColor(output, 0.1), [192, 32, 32]);
  near(await meanColor(output, 0.55), [192, 32, 32]);
  near(await meanColor(output, 1.05), [32, 160, 32]);
  near(await meanColor(output, 2.15), [32, 32, 192]);
  // Six of twelve frames into the fade that begins with frame 18.
  const [halfRed, halfGreen] = await meanColor(output, 23 / 30 - 0.01);
  expect(halfRed).toBeGreaterThan(95);
  expect(halfRed).toBeLessThan(140);
  expect(halfGreen).toBeGreaterThan(70);
  expect(halfGreen).toBeLessThan(120);
}, 60_000);

test("without cross-fades, and with silence as long as the picture", async () => {
  const { output, result } = await slideshow([await image("#c02020"), await image("#20a020")], {
    times: { imageDurationMs: 1_000, crossFadeMs: 0 },
    frame: { ...frame, silentAudio: true },
  });
  expect(result.frameCount).toBe(60);
  near(await meanColor(output, 0.95), [192, 32, 32]);
  near(await meanColor(output, 0.99), [32, 160, 32]);
  const { audio } = await streamsOf(output);
  expect(audio).toMatchObject({ codec_name: "aac", start_time: "0.000000" });
  expect(Number(audio?.["duration"])).toBeGreaterThan(1.9);
  expect(Number(audio?.["duration"])).toBeLessThanOrEqual(2.01);
}, 60_000);

test("an unreadable image among them fails it, an abort stops it: no output and no temporary file stay", async () => {
  const broken = path("jpg");
  await writeFile(broken, "not an image");
  const good = await image("#c02020");
  const before = await readdir(directory);
  await expect(slideshow([good, broken, good])).rejects.toMatchObject({ code: "media_unreadable" });
  const stop = new AbortController();
  const running = slideshow([good, good], {
    times: { imageDurationMs: 20_000, crossFadeMs: 0 },
    signal: stop.signal,
    onProgress: ({ percent }) => percent > 0 && stop.abort(),
  });
  await expect(running).rejects.toMatchObject({ code: "conversion_interrupted" });
  expect((await readdir(directory)).filter((name) => !name.startsWith("temporary-"))).toEqual(
    before.filter((name) => !name.startsWith("temporary-")),
  );
}, 60_000);

test("a poster is one picture of a video, upright and in its colours", async () => {
  const flat = await makeWithFfmpeg(
    [
      "-f",
      "lavfi",
      "-i",
      "color=0xC83C28:size=1920x1080:duration=2:rate=30",
      "-c:v",
      "libx264",
      "-preset",
      "ultrafast",
      "-pix_fmt",
      "yuv420p",
      "-vf",
      "scale=out_color_matrix=bt709",
      "-colorspace",
      "bt709",
    ],
    path("mp4"),
  );
  const input = await makeWithFfmpeg(["-i", flat, "-c", "copy", "-metadata:s:v", "rotate=90"], path("mp4"));
  const temporaryDirectory = await mkdtemp(join(directory, "temporary-"));
  const output = path("jpg");
  const probe = await getVideoMetadata(input, { signal: never, ffmpeg });
  await makePoster({ input, output, probe, signal: never, ffmpeg, temporaryDirectory });
  expect(await sharp(output).metadata()).toMatchObject({ format: "jpeg", width: 720, height: 1280 });
  const pixel = await sharp(output).resize(1, 1).raw().toBuffer();
  near([...pixel], [200, 60, 40]);
  expect(await readdir(temporaryDirectory)).toEqual([]);
  const short = await makeWithFfmpeg(testVideo({ seconds: 0.1 }), path("mp4"));
  await makePoster({
    input: short,
    output,
    probe: await getVideoMetadata(short, { signal: never, ffmpeg }),
    signal: never,
    ffmpeg,
    temporaryDirectory,
  });
  expect(await sharp(output).metadata()).toMatchObject({ width: 640, height: 360 });
}, 60_000);
