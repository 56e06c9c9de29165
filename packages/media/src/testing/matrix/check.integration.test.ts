import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Made, Original } from "./judge-video.ts";
import { judgeVideo, lookAtOriginal } from "./judge-video.ts";
import { checkOurPhoto, checkPhoto, photoDifference } from "./check-photo.ts";
import { checkOurs, checkVideo } from "./check-video.ts";
import { lookAtVideo } from "./look-at-video.ts";
import { imageSources } from "./image-sources.ts";
import { runTool } from "./run-tool.ts";
import { picture, sound } from "./scene.ts";
import { shoot, tidy } from "./source.ts";
import sharp from "sharp";

let directory: string;
let original: Original;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "reelay-check-"));
  const source = join(directory, "source.mp4");
  await shoot(source, { video: ["-c:v", "libx264", "-preset", "veryfast", "-bf", "0", "-pix_fmt", "yuv422p"] });
  original = await lookAtOriginal(source);
}, 120_000);
afterAll(() => rm(directory, { recursive: true, force: true }));

const plan = {
  kind: "transcode",
  reasons: ["chroma_not_accepted"],
  video: {
    width: 360,
    height: 640,
    fit: "scale",
    frameRate: { numerator: 30, denominator: 1 },
    deinterlace: false,
    toneMap: false,
    maxBitrate: null,
  },
  audio: "copy",
} as const satisfies Made;

const bt709 = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"];
const right = {
  sound: ["-itsoffset", `${1_024 / 48_000}`],
  filter: "null",
  video: [
    "-c:v",
    "libx264",
    "-preset",
    "veryfast",
    "-bf",
    "0",
    "-crf",
    "18",
    "-profile:v",
    "high",
    "-pix_fmt",
    "yuv420p",
  ],
  colours: bt709,
  audio: ["-c:a", "aac", "-b:a", "128k"],
  file: tidy,
};

/** What is wrong with a film that was made by `change` from the right one, for a reel. */
async function faultsOf(change: Partial<typeof right>): Promise<string> {
  const given = { ...right, ...change };
  const path = join(directory, "made.mp4");
  await runTool("ffmpeg", [
    ...["-v", "error", ...picture(), ...given.sound, ...sound(), "-vf", given.filter],
    ...[...given.video, ...given.colours, ...given.audio, ...given.file, path],
  ]);
  const look = await lookAtVideo(path);
  const problems = await judgeVideo(path, look, { plan, original });
  return [...checkVideo(look, "instagram-reel"), ...problems].join("; ");
}

test("a film that is as it should be has no fault", async () => {
  expect(await faultsOf({})).toBe("");
}, 60_000);

describe("the check sees", () => {
  const open = ["-bf", "2", "-g", "15", "-x264-params", "open-gop=1:b-adapt=0:scenecut=0"];
  const noCtts = [...tidy, "-movflags", "+faststart+negative_cts_offsets"];
  test.each<[string, Partial<typeof right>, RegExp]>([
    ["a rate below the platform's", { filter: "fps=20" }, /20\.000 pictures a second/],
    ["a rate that is not the planned one", { filter: "fps=25" }, /25 fps/],
    ["uneven times", { filter: "select='mod(n\\,4)'", video: [...right.video, "-vsync", "vfr"] }, /uneven/],
    ["an edit list", { file: ["-movflags", "+faststart"] }, /2 edit lists/],
    ["an index at the end", { file: ["-use_editlist", "0"] }, /index last/],
    ["colours that are not named", { colours: [] }, /colours/],
    [
      "colours of another matrix under the right name",
      { filter: "scale=in_color_matrix=bt709:out_color_matrix=bt601" },
      /SSIM/,
    ],
    ["more than 8 bits", { video: ["-c:v", "libx264", "-pix_fmt", "yuv420p10le", "-bf", "0"] }, /yuv420p10le/],
    ["another chroma", { video: ["-c:v", "libx264", "-pix_fmt", "yuv422p", "-bf", "0"] }, /pixels yuv422p/],
    ["an open group", { video: [...right.video, ...open], file: noCtts }, /open groups/],
    ["a codec that is not taken", { video: ["-c:v", "mpeg4", "-q:v", "2"] }, /codec mpeg4/],
    ["a coarse picture", { video: [...right.video, "-crf", "45"] }, /SSIM/],
    ["a mirrored picture", { filter: "hflip" }, /SSIM/],
    ["pixels that are not square", { filter: "setsar=4/3" }, /pixels 4:3/],
    ["sound that is late", { audio: [...right.audio, "-af", "adelay=90:all=1"] }, /apart by/],
    ["sound that is early", { sound: ["-ss", "0.08"] }, /apart by/],
    ["sound that is too quiet", { audio: [...right.audio, "-af", "volume=-3dB"] }, /louder by -\d/],
    ["no sound", { audio: ["-an"] }, /sound lost/],
    ["sound of another codec", { audio: ["-c:a", "libmp3lame"] }, /audio mp3/],
    ["a film that ends early", { file: [...tidy, "-t", "2.8"] }, /of the picture lost/],
  ])(
    "%s",
    async (_, change, fault) => {
      expect(await faultsOf(change)).toMatch(fault);
    },
    60_000,
  );
});

test("the check sees a picture that is turned only when it is shown", async () => {
  const turned = join(directory, "turned.mp4");
  await runTool("ffmpeg", [
    ...["-v", "error", "-i", original.path, "-c", "copy", "-metadata:s:v:0", "rotate=90", ...tidy, turned],
  ]);
  expect(checkOurs(await lookAtVideo(turned)).join()).toContain("rotated by 90");
});

describe("of a photo the check sees", () => {
  const at = (name: string) => join(directory, name);
  const draw = (name: string) => imageSources.find((source) => source.name === name)?.make(at(name), directory);

  test("nothing wrong when it is right, and its way up, metadata, colours, size and shape when they are not", async () => {
    await draw("orientation-6.jpg");
    const source = at("orientation-6.jpg");
    const made = at("made.jpg");
    const faults = async () => [
      ...(await checkPhoto(made, "instagram-image")),
      ...(await checkOurPhoto(made)),
      ...((await photoDifference(source, made, "scale")) > 4 ? ["colours"] : []),
    ];
    await sharp(source).autoOrient().jpeg({ quality: 92 }).toFile(made);
    expect(await faults()).toEqual([]);
    await sharp(source).resize(800, 1_000, { fit: "fill" }).jpeg().toFile(made);
    expect(await faults()).toEqual(["colours"]);
    await sharp(source).keepMetadata().jpeg().toFile(made);
    expect(await faults()).toEqual(expect.arrayContaining(["orientation 6", "exif kept"]));
    await sharp(source).autoOrient().withIccProfile("p3").jpeg().toFile(made);
    expect(await faults()).toContain("a profile other than sRGB");
    await sharp(source).autoOrient().toColourspace("cmyk").jpeg().toFile(made);
    expect(await faults()).toContain("colours cmyk");
    await sharp(source).autoOrient().jpeg({ progressive: true }).toFile(made);
    expect(await faults()).toEqual(["progressive jpeg"]);
    await sharp(source).autoOrient().resize(400, 1_000, { fit: "cover" }).jpeg().toFile(made);
    expect(await faults()).toContain("aspect 0.400");
    await sharp(source).autoOrient().png().toFile(made);
    expect(await faults()).toContain("format png");
  }, 60_000);
});
