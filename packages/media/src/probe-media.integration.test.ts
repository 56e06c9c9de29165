import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { conversionOptions, planConversion } from "@reelay/domain";
import { copyFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { findFfmpeg, getVideoMetadata, probeMedia, type Ffmpeg } from "./index.ts";
import { makeJpeg, makeWithFfmpeg, testVideo } from "./testing/fixtures.ts";

// Real ffmpeg on a machine that may be busy.
jest.setTimeout(60_000);
let directory: string;
let ffmpeg: Ffmpeg;
const signal = new AbortController().signal;
const at = (name: string) => join(directory, name);
const probe = (path: string, kind: "image" | "video") => probeMedia(path, kind, { signal, ffmpeg });
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "probe-test-"));
  ffmpeg = await findFfmpeg();
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function cut(from: string, to: string, share: number): Promise<string> {
  await copyFile(from, to);
  await truncate(to, Math.floor((await stat(from)).size * share));
  return to;
}

/** Which side of the first picture is red when it is shown as the file asks. */
async function sideThatIsRed(path: string): Promise<string> {
  const filter = ["-vf", "scale=3:3:flags=area,format=rgb24", "-frames:v", "1", "-f", "rawvideo"];
  const picture = await readFile(await makeWithFfmpeg(["-i", path, ...filter], at("shown.rgb")));
  const redness = { top: 1, left: 3, right: 5, bottom: 7 };
  return Object.entries(redness).reduce((most, side) =>
    picture[side[1] * 3]! > picture[most[1] * 3]! ? side : most,
  )[0];
}

describe("a video", () => {
  test("is described in our words", async () => {
    await makeWithFfmpeg(testVideo({ seconds: 2, sound: true }), at("a.mp4"));
    expect(await getVideoMetadata(at("a.mp4"), { signal, ffmpeg })).toEqual({
      kind: "video",
      container: "mp4",
      videoCodec: "h264",
      audioCodec: "aac",
      width: 640,
      height: 360,
      rotation: 0,
      fps: 30,
      frameCount: 60,
      durationMs: expect.any(Number),
      bitrate: expect.any(Number),
      pixelFormat: "yuv420p",
      hasAudio: true,
      sizeBytes: (await stat(at("a.mp4"))).size,
      streams: 2,
      videoProfile: "Constrained Baseline",
      bitDepth: 8,
      scan: "progressive",
      frameRate: { numerator: 30, denominator: 1 },
      hasVariableFrameRate: false,
      hasOpenGroups: false,
      videoBitrate: expect.any(Number),
      videoStartMs: 0,
      audioStartMs: 0,
      audioProfile: "LC",
      audioSampleRate: 44_100,
      audioChannels: 1,
      videoStreams: 1,
      audioStreams: 1,
      editList: "simple",
      isIndexFirst: false,
    });
  });

  test.each([90, 180, 270] as const)("turned by %i degrees says which way, as a player shows it", async (degrees) => {
    const halves = [
      "-f",
      "lavfi",
      "-i",
      "color=red:size=320x360:rate=30:duration=0.2",
      "-f",
      "lavfi",
      "-i",
      "color=blue:size=320x360:rate=30:duration=0.2",
    ];
    await makeWithFfmpeg(
      [...halves, "-filter_complex", "hstack", "-c:v", "libx264", "-pix_fmt", "yuv420p"],
      at("flat.mp4"),
    );
    await makeWithFfmpeg(["-i", at("flat.mp4"), "-c", "copy", "-metadata:s:v", `rotate=${degrees}`], at("turned.mp4"));
    const { width, height, rotation } = await probe(at("turned.mp4"), "video");
    expect([width, height]).toEqual([640, 360]);
    // The red left half turns clockwise to the top, the right, the bottom.
    const redIs = { 0: "left", 90: "top", 180: "right", 270: "bottom" }[rotation];
    expect(redIs).toBe(await sideThatIsRed(at("turned.mp4")));
    expect(rotation).not.toBe(0);
  });

  test("in a MOV or without audio is told", async () => {
    await makeWithFfmpeg(testVideo({ seconds: 0.2 }), at("a.mov"));
    expect(await probe(at("a.mov"), "video")).toMatchObject({ container: "mov", audioCodec: null, hasAudio: false });
  });

  test("without an index says by its pictures' times whether its rate varies, whatever its header says", async () => {
    const vp9 = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "200k"];
    const picture = (filter: string) => [...testVideo({ seconds: 2, size: "160x120" }), "-vf", filter, ...vp9];
    await makeWithFfmpeg([...picture("select='not(eq(mod(n,3),1))'"), "-vsync", "vfr"], at("uneven.webm"));
    expect(await probe(at("uneven.webm"), "video")).toMatchObject({ container: "webm", hasVariableFrameRate: true });
    await makeWithFfmpeg(picture("null"), at("even.webm"));
    expect(await probe(at("even.webm"), "video")).toMatchObject({ hasVariableFrameRate: false, fps: 30 });
    await makeWithFfmpeg(testVideo({ seconds: 1, options: ["-bf", "2"] }), at("h264.mkv"));
    expect(await probe(at("h264.mkv"), "video")).toMatchObject({ container: "matroska", hasVariableFrameRate: false });
  });

  test("that already fits gets the plan to pass, and its bytes are not touched", async () => {
    await makeWithFfmpeg(testVideo({ seconds: 3, sound: true }), at("fits.mp4"));
    const before = await readFile(at("fits.mp4"));
    expect(planConversion(await probe(at("fits.mp4"), "video"), "tiktok-video", conversionOptions.parse({}))).toEqual({
      kind: "pass",
      reasons: [],
    });
    expect((await readFile(at("fits.mp4"))).equals(before)).toBe(true);
  });

  test("cut off is unreadable, with the index last or first", async () => {
    await makeWithFfmpeg(testVideo({ seconds: 2 }), at("last.mp4"));
    await makeWithFfmpeg(testVideo({ seconds: 2, options: ["-movflags", "+faststart"] }), at("first.mp4"));
    for (const name of ["last.mp4", "first.mp4"]) {
      for (const share of [0.3, 0.9, 0.999]) {
        await expect(probe(await cut(at(name), at("cut.mp4"), share), "video")).rejects.toMatchObject({
          code: "media_unreadable",
        });
      }
    }
  });

  test("that is none is unreadable", async () => {
    await writeFile(at("text.mp4"), "not a video");
    await expect(probe(at("text.mp4"), "video")).rejects.toMatchObject({ code: "media_unreadable" });
    await makeWithFfmpeg(["-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac"], at("sound.mp4"));
    await expect(probe(at("sound.mp4"), "video")).rejects.toMatchObject({ code: "media_unreadable" });
  });

  test("over the budget of duration or streams is too complex", async () => {
    await makeWithFfmpeg(
      ["-f", "lavfi", "-i", "color=black:size=64x64:rate=1:duration=4000", "-c:v", "libx264", "-preset", "ultrafast"],
      at("long.mp4"),
    );
    await expect(probe(at("long.mp4"), "video")).rejects.toMatchObject({ code: "media_too_complex" });
    const many = Array.from({ length: 40 }, () => ["-map", "0:a"]).flat();
    await makeWithFfmpeg(["-f", "lavfi", "-i", "anullsrc=d=0.1", ...many, "-c:a", "aac"], at("many.mp4"));
    await expect(probe(at("many.mp4"), "video")).rejects.toMatchObject({ code: "media_too_complex" });
  });

  test("over the budget of pixels is too complex", async () => {
    await makeWithFfmpeg(
      ["-f", "lavfi", "-i", "color=black:size=8192x4352", "-frames:v", "1", "-c:v", "libx264", "-preset", "ultrafast"],
      at("wide.mp4"),
    );
    await expect(probe(at("wide.mp4"), "video")).rejects.toMatchObject({ code: "media_too_complex" });
  });

  test("that is a playlist in disguise opens no address and no other file", async () => {
    let asked = 0;
    const canary = createServer((_request, response) => {
      asked += 1;
      response.end();
    });
    await new Promise<void>((listening) => canary.listen(0, "127.0.0.1", listening));
    const url = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/a.ts`;
    await makeWithFfmpeg(testVideo({ seconds: 0.2 }), at("real.mp4"));
    const playlists = [
      `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${url}\n#EXT-X-ENDLIST\n`,
      `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://${at("real.mp4")}\n#EXT-X-ENDLIST\n`,
      `ffconcat version 1.0\nfile real.mp4\n`,
    ];
    for (const playlist of playlists) {
      await writeFile(at("evil.mp4"), playlist);
      await expect(probe(at("evil.mp4"), "video")).rejects.toMatchObject({ code: "media_unreadable" });
    }
    await new Promise((closed) => canary.close(closed));
    expect(asked).toBe(0);
  });

  test("whose probe is aborted says it was interrupted", async () => {
    await makeWithFfmpeg(testVideo({ seconds: 0.2 }), at("any.mp4"));
    await expect(probeMedia(at("any.mp4"), "video", { signal: AbortSignal.abort(), ffmpeg })).rejects.toMatchObject({
      code: "conversion_interrupted",
    });
  });
});

describe("an image", () => {
  test("is described in our words, with the turn that EXIF asks for", async () => {
    await makeJpeg(at("turned.jpg"), 300, 200, 6);
    expect(await probe(at("turned.jpg"), "image")).toMatchObject({
      kind: "image",
      container: "jpeg",
      width: 300,
      height: 200,
      rotation: 90,
      durationMs: null,
      fps: null,
      streams: 1,
      hasMetadata: true,
      pages: 1,
    });
  });

  test("says whether it carries metadata, whose colours it has, and whether it moves", async () => {
    const plain = sharp(await makeJpeg(at("plain.jpg"), 64, 64));
    expect(await probe(at("plain.jpg"), "image")).toMatchObject({ hasMetadata: false, colorSpace: "srgb", pages: 1 });
    await plain.clone().withXmp("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>").jpeg().toFile(at("xmp.jpg"));
    expect(await probe(at("xmp.jpg"), "image")).toMatchObject({ hasMetadata: true });
    await plain.clone().withIccProfile("srgb").jpeg().toFile(at("srgb.jpg"));
    expect(await probe(at("srgb.jpg"), "image")).toMatchObject({ colorProfile: "srgb" });
    await plain.clone().withIccProfile("p3").jpeg().toFile(at("p3.jpg"));
    expect(await probe(at("p3.jpg"), "image")).toMatchObject({ colorProfile: "other" });
    await plain.clone().toColourspace("cmyk").jpeg().toFile(at("cmyk.jpg"));
    expect(await probe(at("cmyk.jpg"), "image")).toMatchObject({ colorSpace: "cmyk" });
    const picture = ["-f", "lavfi", "-i", "testsrc2=size=64x64:rate=5:duration=1", "-loop", "0"];
    await makeWithFfmpeg(picture, at("moves.webp"));
    expect(await probe(at("moves.webp"), "image")).toMatchObject({ container: "webp", pages: 5 });
  });

  test.each([0.2, 0.5, 0.9, 0.99])("a JPEG of which %f is there is unreadable", async (share) => {
    await makeJpeg(at("whole.jpg"));
    await expect(probe(await cut(at("whole.jpg"), at("cut.jpg"), share), "image")).rejects.toMatchObject({
      code: "media_unreadable",
    });
  });

  test("a PNG cut off is unreadable", async () => {
    await sharp(await makeJpeg(at("for-png.jpg")))
      .png()
      .toFile(at("whole.png"));
    expect(await probe(at("whole.png"), "image")).toMatchObject({ container: "png" });
    await expect(probe(await cut(at("whole.png"), at("cut.png"), 0.6), "image")).rejects.toMatchObject({
      code: "media_unreadable",
    });
  });

  test("text is unreadable", async () => {
    await writeFile(at("text.jpg"), "not a picture");
    await expect(probe(at("text.jpg"), "image")).rejects.toMatchObject({ code: "media_unreadable" });
  });
});
