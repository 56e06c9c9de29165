import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { AudioRecipe, MediaProbe, VideoRecipe } from "@reelay/domain";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFfmpeg, type Ffmpeg } from "./find-ffmpeg.ts";
import { getVideoMetadata } from "./get-video-metadata.ts";
import { boxesOf, flashAndTone, loudness, meanColor, pictureTimes, ssimTo, streamsOf } from "./testing/measure.ts";
import { makeWithFfmpeg } from "./testing/fixtures.ts";
import { transcodeVideo, type Transcoding } from "./transcode-video.ts";

let directory: string;
let ffmpeg: Ffmpeg;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "reelay-transcode-"));
  ffmpeg = await findFfmpeg({});
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const never = new AbortController().signal;
let made = 0;
const path = (ending: string) => join(directory, `${(made += 1)}.${ending}`);
const make = (ending: string, ...args: string[]) => makeWithFfmpeg(args, path(ending));
const x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];
const picture = (size: string, rate = 30, seconds = 2) => [
  "-f",
  "lavfi",
  "-i",
  `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`,
];
const tone = (seconds = 2, rate = 48_000) => [
  "-f",
  "lavfi",
  "-i",
  `sine=frequency=440:duration=${seconds}:sample_rate=${rate}`,
];

const usual: VideoRecipe = {
  width: 640,
  height: 360,
  fit: "scale",
  frameRate: { numerator: 30, denominator: 1 },
  deinterlace: false,
  toneMap: false,
  maxBitrate: 25_000_000,
};

async function transcode(
  input: string,
  video: Partial<VideoRecipe> = {},
  given: { audio?: AudioRecipe; probe?: Partial<MediaProbe>; change?: Partial<Transcoding> } = {},
) {
  const temporaryDirectory = await mkdtemp(join(directory, "temporary-"));
  const output = path("out.mp4");
  const probe = { ...(await getVideoMetadata(input, { signal: never, ffmpeg })), ...given.probe };
  const result = await transcodeVideo({
    input,
    output,
    probe,
    video: { ...usual, ...video },
    audio: given.audio ?? (probe.hasAudio ? "encode" : "none"),
    signal: never,
    ffmpeg,
    temporaryDirectory,
    threads: 2,
    ...given.change,
  });
  expect(await readdir(temporaryDirectory)).toEqual([]);
  return { output, result };
}

describe("what comes out", () => {
  test("is H.264 high 4:2:0 in bt709, upright, with square pixels, closed groups of two seconds, index first and no edit list", async () => {
    const source = await make(
      "mkv",
      ...picture("640x360", 30, 5),
      ...tone(5),
      "-c:v",
      "ffv1",
      "-pix_fmt",
      "yuv444p",
      "-c:a",
      "pcm_s16le",
    );
    const { output, result } = await transcode(source, {}, { probe: { pixelFormat: "yuv444p" } });
    const { video, audio, count } = await streamsOf(output);
    expect(video).toMatchObject({
      codec_name: "h264",
      profile: "High",
      width: 640,
      height: 360,
      pix_fmt: "yuv420p",
      sample_aspect_ratio: "1:1",
      color_range: "tv",
      color_space: "bt709",
      color_transfer: "bt709",
      color_primaries: "bt709",
      field_order: "progressive",
      start_time: "0.000000",
      avg_frame_rate: "30/1",
    });
    expect(audio).toMatchObject({ codec_name: "aac", sample_rate: "48000", start_time: "0.000000", channels: 1 });
    expect(count).toBe(2);
    expect(result).toMatchObject({ durationMs: 5_000, contentType: "video/mp4" });
    const boxes = await boxesOf(output);
    expect(boxes.indexOf("moov")).toBeLessThan(boxes.indexOf("mdat"));
    expect(boxes).not.toContain("edts");
    const times = await pictureTimes(output);
    expect(times.map(({ at }) => Math.round(at * 30))).toEqual(Array.from({ length: 150 }, (_, index) => index));
    const keys = times.filter(({ isKey }) => isKey).map(({ at }) => at);
    keys.forEach((at, index) => expect(at - (keys[index - 1] ?? 0)).toBeLessThanOrEqual(2.001));
    expect(await ssimTo(output, source, "scale=in_color_matrix=bt601:out_color_matrix=bt709")).toBeGreaterThan(0.97);
  }, 120_000);

  test.each([
    ["hundreds of shapes", "mandelbrot=size=640x360:rate=30", 0.97],
    ["drawn shapes, small", "testsrc2=size=360x640:rate=30", 0.97],
  ])(
    "keeps what was there: %s",
    async (_name, what, least) => {
      const source = await make(
        "mkv",
        "-f",
        "lavfi",
        "-i",
        what,
        "-t",
        "2",
        "-vf",
        "setparams=colorspace=bt709",
        "-c:v",
        "ffv1",
        "-pix_fmt",
        "yuv420p",
      );
      const { width, height } = (await streamsOf(source)).video;
      const { output } = await transcode(source, { width, height }, { probe: { colorSpace: "bt709" } });
      expect(await ssimTo(output, source)).toBeGreaterThan(least);
    },
    120_000,
  );

  test("costs no more bits than the limit, however restless the picture", async () => {
    const source = await make(
      "mkv",
      "-f",
      "lavfi",
      "-i",
      "testsrc2=size=640x360:rate=30,noise=alls=60:allf=t",
      "-t",
      "3",
      "-c:v",
      "ffv1",
      "-pix_fmt",
      "yuv420p",
    );
    const { result } = await transcode(source, { maxBitrate: 2_000_000 });
    expect((result.sizeBytes * 8) / 3).toBeLessThan(2_000_000);
  }, 120_000);
});

describe("sound stays in step with the picture", () => {
  const flash = [
    "-f",
    "lavfi",
    "-i",
    "color=black:size=320x240:rate=30:duration=3,drawbox=color=white:t=fill:enable='between(t,1,1.2)'",
  ];
  const beep = ["-f", "lavfi", "-i", "aevalsrc='if(between(t,1,1.2),sin(440*2*PI*t),0)':sample_rate=44100:duration=3"];
  const small = { width: 320, height: 240 };
  const apart = async (file: string) => {
    const { seen, heard } = await flashAndTone(file);
    return Math.abs(seen - heard);
  };

  test.each<[string, string[], AudioRecipe]>([
    ["encoded", [], "encode"],
    ["copied", [], "copy"],
    ["copied, its source with B frames", ["-bf", "3"], "copy"],
  ])(
    "%s",
    async (_name, options, audio) => {
      const source = await make("mp4", ...flash, ...beep, ...x264, ...options, "-c:a", "aac");
      const { output } = await transcode(source, small, { audio, probe: { audioSampleRate: 44_100 } });
      expect(await boxesOf(output)).not.toContain("elst");
      expect(await apart(output)).toBeLessThan(0.02);
      expect((await streamsOf(output)).audio).toMatchObject({ sample_rate: "44100" });
    },
    60_000,
  );

  test.each<[string, string[], AudioRecipe]>([
    ["the sound begins half a second late, encoded", ["-itsoffset", "0.5"], "encode"],
    ["the sound begins half a second late, to be copied", ["-itsoffset", "0.5"], "copy"],
  ])(
    "when %s",
    async (_name, shift, audio) => {
      const source = await make("mp4", ...flash, ...shift, ...beep, ...x264, "-c:a", "aac");
      const before = await flashAndTone(source);
      expect(before.heard - before.seen).toBeGreaterThan(0.4);
      const { output } = await transcode(source, small, { audio });
      const after = await flashAndTone(output);
      expect(Math.abs(after.heard - after.seen - (before.heard - before.seen))).toBeLessThan(0.02);
    },
    60_000,
  );

  test("when the picture begins half a second late: its first is shown from the beginning", async () => {
    const source = await make("mkv", "-itsoffset", "0.5", ...flash, ...beep, ...x264, "-c:a", "aac");
    for (const audio of ["copy", "encode"] as const) {
      const { output } = await transcode(source, small, { audio });
      const { seen, heard } = await flashAndTone(output);
      expect(Math.abs(seen - heard - 0.5)).toBeLessThan(0.04);
    }
  }, 60_000);

  test("and is as loud as it was, also mixed from six channels", async () => {
    const stereo = await make(
      "mkv",
      ...picture("320x240"),
      "-f",
      "lavfi",
      "-i",
      "anoisesrc=d=2:c=pink:a=0.3",
      ...x264,
      "-ac",
      "2",
      "-c:a",
      "pcm_s16le",
    );
    const { output } = await transcode(stereo, small);
    expect(Math.abs((await loudness(output)) - (await loudness(stereo)))).toBeLessThan(1);
    const six = await make(
      "mkv",
      ...picture("320x240"),
      ...[1, 2, 3].flatMap((seed) => ["-f", "lavfi", "-i", `anoisesrc=d=2:c=pink:a=0.2:seed=${seed}`]),
      ...[
        "-filter_complex",
        "[1:a][2:a][3:a]amerge=inputs=3,pan=5.1|FL=c0|FR=c1|FC=c2[a]",
        "-map",
        "0:v",
        "-map",
        "[a]",
      ],
      ...[...x264, "-c:a", "pcm_s16le"],
    );
    const mixed = await transcode(six, small, { probe: { audioChannels: 6 } });
    expect((await streamsOf(mixed.output)).audio).toMatchObject({ channels: 2 });
    expect(Math.abs((await loudness(mixed.output)) - (await loudness(six)))).toBeLessThan(1);
  }, 60_000);
});

describe("of the source is put right", () => {
  test("its rotation, once", async () => {
    const upright = await make("mkv", ...picture("640x360"), "-c:v", "ffv1", "-pix_fmt", "yuv420p");
    const flat = await make("mp4", "-i", upright, "-vf", "transpose=cclock", ...x264, "-qp", "0");
    // Stored lying, to be turned clockwise.
    const source = await make("mp4", "-i", flat, "-c", "copy", "-metadata:s:v", "rotate=270");
    const { output } = await transcode(source);
    const { video } = await streamsOf(output);
    expect(video).toMatchObject({ width: 640, height: 360 });
    expect(JSON.stringify(video)).not.toContain("rotation");
    expect(await ssimTo(output, upright, "scale=in_color_matrix=bt601:out_color_matrix=bt709")).toBeGreaterThan(0.97);
  }, 60_000);

  test("its lines: two fields become one picture, or each a picture where the rate asks for it", async () => {
    const source = await make(
      "mp4",
      ...picture("640x360", 50),
      "-vf",
      "tinterlace=interleave_top",
      ...x264,
      "-flags",
      "+ilme+ildct",
      "-x264opts",
      "tff=1",
    );
    for (const [numerator, frames] of [
      [25, 50],
      [50, 100],
    ] as const) {
      const { output } = await transcode(source, { deinterlace: true, frameRate: { numerator, denominator: 1 } });
      expect((await streamsOf(output)).video).toMatchObject({ field_order: "progressive", nb_frames: `${frames}` });
    }
  }, 60_000);

  test("its uneven rate", async () => {
    const source = await make(
      "mkv",
      ...picture("640x360", 60),
      "-vf",
      "select='not(mod(n,3))+not(mod(n,7))'",
      "-vsync",
      "vfr",
      ...x264,
    );
    const { output } = await transcode(source);
    const times = (await pictureTimes(output)).map(({ at }) => Math.round(at * 30));
    expect(times).toEqual(Array.from({ length: times.length }, (_, index) => index));
    expect(times.length).toBeGreaterThanOrEqual(58);
  }, 60_000);

  test("its pixels: 2:1 become square, bars keep the shape, the middle is cut out", async () => {
    const source = await make(
      "mp4",
      "-f",
      "lavfi",
      "-i",
      "color=red:size=320x360:duration=1:rate=30",
      ...x264,
      "-vf",
      "setsar=2/1",
    );
    const probe = { pixelAspect: { numerator: 2, denominator: 1 } };
    const padded = await transcode(source, { width: 640, height: 640, fit: "pad" }, { probe });
    const [red] = await meanColor(padded.output);
    expect(red).toBeGreaterThan(135);
    expect(red).toBeLessThan(150);
    const cropped = await transcode(source, { width: 200, height: 640, fit: "crop" }, { probe });
    expect((await meanColor(cropped.output))[0]).toBeGreaterThan(240);
  }, 60_000);

  test.each<[string, string[], Partial<MediaProbe>]>([
    ["SD that says nothing", [], {}],
    [
      "bt601",
      [
        "-vf",
        "scale=out_color_matrix=bt601,format=yuv420p",
        "-colorspace",
        "smpte170m",
        "-color_primaries",
        "bt709",
        "-color_trc",
        "bt709",
      ],
      { colorSpace: "smpte170m" },
    ],
    [
      "full range",
      ["-vf", "scale=out_color_matrix=bt709:out_range=pc,format=yuv420p", "-color_range", "pc", "-colorspace", "bt709"],
      { colorSpace: "bt709", colorRange: "pc" },
    ],
    [
      "4:2:2 of 10 bits",
      ["-vf", "scale=out_color_matrix=bt709,format=yuv422p10", "-pix_fmt", "yuv422p10", "-colorspace", "bt709"],
      { colorSpace: "bt709", pixelFormat: "yuv422p10le", bitDepth: 10 },
    ],
  ])(
    "its colours: %s",
    async (_name, options, probe) => {
      const source = await make(
        "mkv",
        "-f",
        "lavfi",
        "-i",
        "color=0xC83C28:size=320x240:duration=1:rate=30",
        "-c:v",
        "libx264",
        "-pix_fmt",
        "yuv420p",
        "-qp",
        "1",
        ...options,
      );
      const { output } = await transcode(source, { width: 320, height: 240 }, { probe });
      const shown = await meanColor(output);
      [200, 60, 40].forEach((wanted, channel) =>
        expect(Math.abs((shown[channel] ?? 0) - wanted)).toBeLessThanOrEqual(6),
      );
    },
    60_000,
  );

  test("its wide colours: what is red in bt2020 is clipped to the red of bt709, and grey stays grey", async () => {
    const wide = ["-colorspace", "bt2020nc", "-color_primaries", "bt2020", "-color_trc", "bt2020-10"];
    const probe = {
      colorSpace: "bt2020nc",
      colorPrimaries: "bt2020",
      colorTransfer: "bt2020-10",
      pixelFormat: "yuv420p10le",
      bitDepth: 10,
    };
    const of = async (color: string) => {
      const source = await make(
        "mkv",
        "-f",
        "lavfi",
        "-i",
        `color=${color}:size=320x240:duration=1:rate=30`,
        "-vf",
        "scale=out_color_matrix=bt2020,format=yuv420p10",
        "-c:v",
        "libx264",
        "-qp",
        "1",
        ...wide,
      );
      return meanColor((await transcode(source, { width: 320, height: 240 }, { probe })).output);
    };
    const [red, green, blue] = await of("0xB43C28");
    expect(red).toBeGreaterThan(190);
    expect(green).toBeLessThan(55);
    expect(blue).toBeLessThan(45);
    for (const channel of await of("0x808080")) expect(Math.abs(channel - 128)).toBeLessThanOrEqual(3);
  }, 60_000);

  test.each([true, false])(
    "its high dynamic range (zscale: %s): SDR white stays bright, nothing is washed out",
    async (hasZscale) => {
      const of = async (transfer: string, level: number) => {
        const source = await make(
          "mkv",
          ...[
            "-f",
            "lavfi",
            "-i",
            `color=black:size=320x240:duration=1:rate=30,format=yuv420p10,geq=lum=${level}:cb=512:cr=512`,
          ],
          ...[
            "-c:v",
            "libx264",
            "-qp",
            "1",
            "-pix_fmt",
            "yuv420p10le",
            "-colorspace",
            "bt2020nc",
            "-color_primaries",
            "bt2020",
            "-color_trc",
            transfer,
            "-color_range",
            "tv",
          ],
        );
        const probe: Partial<MediaProbe> = {
          colorSpace: "bt2020nc",
          colorPrimaries: "bt2020",
          colorTransfer: transfer,
          colorRange: "tv",
          pixelFormat: "yuv420p10le",
          bitDepth: 10,
        };
        const { output } = await transcode(
          source,
          { width: 320, height: 240, toneMap: true },
          { probe, change: { ffmpeg: { ...ffmpeg, hasZscale } } },
        );
        expect((await streamsOf(output)).video).toMatchObject({
          color_transfer: "bt709",
          color_primaries: "bt709",
          pix_fmt: "yuv420p",
        });
        return (await meanColor(output))[1];
      };
      for (const transfer of ["smpte2084", "arib-std-b67"]) {
        const [black, grey, white] = [await of(transfer, 64), await of(transfer, 400), await of(transfer, 940)];
        expect(black).toBeLessThan(6);
        expect(grey).toBeGreaterThan(40);
        expect(grey).toBeLessThan(200);
        expect(white).toBeGreaterThan(230);
      }
    },
    120_000,
  );
});

describe("while it runs", () => {
  test("it says how far it is and how long it will take, never backwards", async () => {
    const source = await make("mp4", ...picture("640x360", 30, 10), ...x264);
    const seen: { percent: number; timeLeftMs: number | null }[] = [];
    await transcode(source, {}, { change: { onProgress: (progress) => seen.push(progress) } });
    const percents = seen.map(({ percent }) => percent);
    expect(percents).toEqual(percents.toSorted((one, other) => one - other));
    expect(percents.at(-1)).toBeGreaterThanOrEqual(98);
    expect(seen.at(-1)?.timeLeftMs).toBeLessThan(500);
  }, 60_000);

  test("an abort kills ffmpeg; no output and no temporary file stay", async () => {
    const source = await make("mp4", ...picture("1280x720", 30, 20), ...x264);
    const stop = new AbortController();
    const temporaryDirectory = await mkdtemp(join(directory, "temporary-"));
    const output = path("out.mp4");
    const probe = await getVideoMetadata(source, { signal: never, ffmpeg });
    const running = transcodeVideo({
      input: source,
      output,
      probe,
      video: { ...usual, width: 1280, height: 720 },
      audio: "none",
      signal: stop.signal,
      onProgress: ({ percent }) => percent > 0 && stop.abort(),
      ffmpeg,
      temporaryDirectory,
      threads: 2,
    });
    await expect(running).rejects.toMatchObject({ code: "conversion_interrupted" });
    expect(await readdir(temporaryDirectory)).toEqual([]);
    expect(await readdir(directory)).not.toContain(output.split("/").at(-1));
  }, 60_000);
});
