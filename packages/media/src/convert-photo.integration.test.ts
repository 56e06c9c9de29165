import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { PhotoRecipe } from "@reelay/domain";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, truncate, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { convertPhoto } from "./convert-photo.ts";
import { makeThumbnail } from "./make-thumbnail.ts";
import { makeJpeg } from "./testing/fixtures.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "reelay-photo-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const never = new AbortController().signal;
let made = 0;
const path = (ending: string) => join(directory, `${(made += 1)}.${ending}`);
const usual: PhotoRecipe = { width: 600, height: 400, fit: "scale", maxBytes: 8_000_000 };
async function convert(input: string, photo: Partial<PhotoRecipe> = {}, signal = never) {
  const output = path("out.jpg");
  const result = await convertPhoto({ input, output, photo: { ...usual, ...photo }, signal });
  return { output, result };
}
const at = async (file: string, left: number, top: number) =>
  [...(await sharp(file).extract({ left, top, width: 1, height: 1 }).raw().toBuffer())].slice(0, 3);
const near = (one: number[], other: number[], within = 12) =>
  one.forEach((value, index) => expect(Math.abs(value - (other[index] ?? 0))).toBeLessThanOrEqual(within));

test("a photo becomes an upright sRGB JPEG of the size asked for, without metadata", async () => {
  const source = path("jpg");
  await sharp(await makeJpeg(path("jpg"), 1200, 800))
    .withExif({ IFD0: { Copyright: "secret owner" }, IFD3: { GPSLatitude: "51/1 30/1 3230/100" } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toFile(source);
  const { output, result } = await convert(source, { width: 400, height: 600 });
  expect(result).toEqual({ contentType: "image/jpeg", width: 400, height: 600, sizeBytes: (await stat(output)).size });
  const metadata = await sharp(output).metadata();
  expect(metadata).toMatchObject({ format: "jpeg", width: 400, height: 600, space: "srgb", isProgressive: false });
  for (const left of ["exif", "xmp", "iptc", "icc", "orientation"]) expect(metadata).not.toHaveProperty(left);
  expect((await readFile(output)).toString("latin1")).not.toContain("secret");
  // Turned clockwise, the left lower quarter (blue) is the left upper one.
  near(await at(output, 50, 50), [32, 32, 192]);
});

test("another colour space is converted, not only relabelled", async () => {
  const source = path("jpg");
  await sharp({ create: { width: 60, height: 60, channels: 3, background: "#c85028" } })
    .withIccProfile("p3")
    .jpeg({ quality: 100 })
    .toFile(source);
  expect(await sharp(source).metadata()).toHaveProperty("icc");
  const { output } = await convert(source, { width: 60, height: 60 });
  near(await at(output, 30, 30), [200, 80, 40], 4);
});

test("bars keep the shape, a crop takes the middle, and white stands behind what is transparent", async () => {
  const source = await makeJpeg(path("jpg"), 1200, 800);
  const padded = await convert(source, { width: 600, height: 600, fit: "pad" });
  near(await at(padded.output, 300, 20), [0, 0, 0]);
  near(await at(padded.output, 100, 150), [192, 32, 32]);
  const cropped = await convert(source, { width: 400, height: 400, fit: "crop" });
  near(await at(cropped.output, 10, 10), [192, 32, 32]);
  const transparent = path("png");
  await sharp({ create: { width: 60, height: 60, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
    .png()
    .toFile(transparent);
  near(await at((await convert(transparent, { width: 60, height: 60 })).output, 30, 30), [255, 255, 255]);
});

test("quality goes down until the file is small enough; where even the lowest is too large, nothing is left", async () => {
  const source = path("png");
  await sharp(randomBytes(600 * 400 * 3), { raw: { width: 600, height: 400, channels: 3 } })
    .png()
    .toFile(source);
  const { result } = await convert(source);
  const smaller = await convert(source, { maxBytes: Math.floor(result.sizeBytes / 2) });
  expect(smaller.result.sizeBytes).toBeLessThanOrEqual(result.sizeBytes / 2);
  const before = await readdir(directory);
  await expect(convert(source, { maxBytes: 1_000 })).rejects.toMatchObject({ code: "conversion_failed" });
  expect(await readdir(directory)).toEqual(before);
});

test("a damaged photo and one that was stopped leave nothing", async () => {
  const source = await makeJpeg(path("jpg"));
  await truncate(source, 3_000);
  const before = await readdir(directory);
  await expect(convert(source)).rejects.toMatchObject({ code: "media_unreadable" });
  await expect(convert(source, {}, AbortSignal.abort())).rejects.toMatchObject({ code: "conversion_interrupted" });
  expect(await readdir(directory)).toEqual(before);
});

test("a thumbnail is small, upright and never enlarged", async () => {
  const output = path("jpg");
  await makeThumbnail({ input: await makeJpeg(path("jpg"), 1200, 800, 6), output, signal: never });
  expect(await sharp(output).metadata()).toMatchObject({ width: 213, height: 320 });
  await makeThumbnail({ input: await makeJpeg(path("jpg"), 100, 80), output, signal: never });
  expect(await sharp(output).metadata()).toMatchObject({ width: 100, height: 80 });
});
