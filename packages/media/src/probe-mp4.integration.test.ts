import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { MediaProbe } from "@reelay/domain";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFfmpeg, type Ffmpeg } from "./find-ffmpeg.ts";
import { probeMp4 } from "./probe-mp4.ts";
import { probeWithFfprobe } from "./probe-with-ffprobe.ts";
import { makeWithFfmpeg, testVideo } from "./testing/fixtures.ts";

// Real ffmpeg on a machine that may be busy.
jest.setTimeout(60_000);
let directory: string;
let ffmpeg: Ffmpeg;
const signal = new AbortController().signal;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "mp4-test-"));
  ffmpeg = await findFfmpeg();
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function make(name: string, args: readonly string[]): Promise<string> {
  return makeWithFfmpeg(args, join(directory, name));
}

const video = (options: readonly string[] = [], size = "320x240") =>
  testVideo({ seconds: 1, size, sound: true, options });
const x265 = (parameters: string, options: readonly string[] = []) =>
  video(["-c:v", "libx265", "-tag:v", "hvc1", "-x265-params", `log-level=error:${parameters}`, ...options]);
const pq = "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc";

/** What both readers must say alike; durations and rates within what rounding explains. */
function comparable(probe: MediaProbe): object {
  const { durationMs, bitrate, videoBitrate, frameRate, fps, videoStartMs, audioStartMs, ...rest } = probe;
  const { editList: _e, isIndexFirst: _i, hasOpenGroups: _o, hasVariableFrameRate: _v, ...same } = rest;
  void [durationMs, bitrate, videoBitrate, frameRate, fps, videoStartMs, audioStartMs];
  return same;
}
const near = (a: number | null | undefined, b: number | null | undefined, within: number) =>
  Math.abs((a ?? NaN) - (b ?? NaN)) <= within;

describe("what we read ourselves is what ffprobe says", () => {
  test.each<[string, string, readonly string[]]>([
    ["H.264 with the index last", "last.mp4", video()],
    [
      "H.264 with reordered pictures, index first",
      "reordered.mp4",
      video(["-preset", "fast", "-movflags", "+faststart"]),
    ],
    [
      "H.264 without an edit list",
      "unedited.mp4",
      testVideo({ seconds: 1, size: "320x240", options: ["-use_editlist", "0"] }),
    ],
    ["H.264 in QuickTime, 48 kHz stereo", "quicktime.mov", video(["-ar", "48000", "-ac", "2"])],
    ["H.264 4:2:2", "chroma.mp4", video(["-pix_fmt", "yuv422p"])],
    ["H.264 of 10 bits", "deep.mp4", video(["-pix_fmt", "yuv420p10le"])],
    ["H.264 4:4:4", "full.mp4", video(["-pix_fmt", "yuv444p"])],
    ["H.264 in full range", "range.mp4", video(["-pix_fmt", "yuvj420p", "-color_range", "pc"])],
    [
      "H.264 in bt709",
      "bt709.mp4",
      video(["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"]),
    ],
    ["H.264 of oblong pixels", "oblong.mp4", video(["-vf", "setsar=16/15"])],
    ["H.264 with cropping", "cropped.mp4", video([], "322x242")],
    ["H.264 of 24000/1001", "film.mp4", video(["-r", "24000/1001"])],
    ["H.264 of 60 frames a second", "fast.mp4", video(["-r", "60"])],
    ["H.264 with every group closed and short", "groups.mp4", video(["-g", "5"])],
    ["H.264 with scaling lists", "lists.mp4", video(["-preset", "fast", "-x264-params", "cqm=jvt"])],
    ["H.264 with 5.1 channels", "surround.mp4", video(["-ac", "6"])],
    ["H.264 without audio", "silent.mp4", testVideo({ seconds: 1, size: "320x240" })],
    ["HEVC", "hevc.mp4", x265("")],
    ["HEVC in PQ", "pq.mp4", x265(pq, ["-pix_fmt", "yuv420p10le"])],
    ["HEVC in HLG, QuickTime", "hlg.mov", x265(pq.replace("smpte2084", "arib-std-b67"), ["-pix_fmt", "yuv420p10le"])],
  ])("%s", async (_name, file, args) => {
    const path = await make(file, args);
    const { probe: own } = await probeMp4(path);
    const theirs = await probeWithFfprobe(path, (await stat(path)).size, { signal, ffmpeg });
    if (own === null) throw new Error("left to ffprobe");
    expect(comparable(own)).toEqual(comparable(theirs));
    expect({
      duration: near(own.durationMs, theirs.durationMs, 50),
      start: near(own.videoStartMs, theirs.videoStartMs, 2),
      fps: near(own.fps, theirs.fps, 0.01),
      bitrate: near(own.bitrate, theirs.bitrate, (theirs.bitrate ?? 0) * 0.05),
      videoBitrate: near(own.videoBitrate, theirs.videoBitrate, (theirs.videoBitrate ?? 0) * 0.02),
    }).toEqual({ duration: true, start: true, fps: true, bitrate: true, videoBitrate: true });
  });

  test.each(["90", "180", "270"])("turned by %s degrees", async (degrees) => {
    await make("flat.mp4", video());
    const path = await make(`turned-${degrees}.mp4`, [
      ...["-i", join(directory, "flat.mp4"), "-c", "copy", "-metadata:s:v", `rotate=${degrees}`],
    ]);
    const { probe } = await probeMp4(path);
    const theirs = await probeWithFfprobe(path, 1, { signal, ffmpeg });
    expect(probe?.rotation).toBe(theirs.rotation);
    expect(probe?.rotation).not.toBe(0);
  });
});

describe("what is not certain is left to ffprobe, with what the index told", () => {
  const interlaced = ["-vf", "tinterlace=interleave_top", "-flags", "+ilme+ildct", "-x264-params", "tff=1"];
  test.each<[string, string, readonly string[], object]>([
    ["interlaced", "interlaced.mp4", video(interlaced), { editList: "simple", isIndexFirst: false }],
    [
      "in ProRes",
      "prores.mov",
      video(["-c:v", "prores_ks", "-pix_fmt", "yuv422p10le"]),
      { hasVariableFrameRate: false },
    ],
    ["with PCM", "pcm.mov", video(["-c:a", "pcm_s16le"]), { isIndexFirst: false, hasOpenGroups: false }],
    ["with MP3", "mp3.mp4", video(["-c:a", "libmp3lame", "-movflags", "+faststart"]), { isIndexFirst: true }],
    ["with a rate that HE-AAC may double", "low.mp4", video(["-ar", "22050"]), { editList: "simple" }],
    ["with parameter sets in the stream", "hev1.mp4", x265("repeat-headers=1", ["-tag:v", "hev1"]), {}],
    ["in wide colours without their curve", "wide.mp4", x265("colorprim=bt2020:transfer=bt2020-10"), {}],
    ["in fragments", "fragments.mp4", video(["-movflags", "+frag_keyframe+empty_moov"]), {}],
    ["in Matroska", "matroska.mkv", video(), {}],
    ["of sound alone", "sound.mp4", ["-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac"], { isIndexFirst: false }],
  ])("%s", async (_name, file, args, traits) => {
    const reading = await probeMp4(await make(file, args));
    expect(reading.probe).toBeNull();
    expect(reading.traits).toMatchObject(traits);
  });

  test("with two pictures", async () => {
    const path = await make("two.mp4", [...video(), "-map", "0:v", "-map", "0:v", "-map", "1:a"]);
    expect((await probeMp4(path)).probe).toBeNull();
    expect(await probeWithFfprobe(path, 1, { signal, ffmpeg })).toMatchObject({ videoStreams: 2, audioStreams: 1 });
  });

  test("with two sounds it is certain", async () => {
    const path = await make("two-sounds.mp4", [...video(), "-map", "0:v", "-map", "1:a", "-map", "1:a"]);
    expect((await probeMp4(path)).probe).toMatchObject({ videoStreams: 1, audioStreams: 2, streams: 3 });
  });
});

describe("the index tells what ffprobe does not", () => {
  const traits = async (name: string, args: readonly string[]) => (await probeMp4(await make(name, args))).traits;

  test("whether the index is first", async () => {
    expect((await traits("first.mp4", video(["-movflags", "+faststart"]))).isIndexFirst).toBe(true);
    expect((await traits("end.mp4", video())).isIndexFirst).toBe(false);
  });

  test("an edit list that makes up for delays is simple, none is none", async () => {
    expect((await traits("delays.mp4", video(["-preset", "fast"]))).editList).toBe("simple");
    expect((await traits("none.mp4", video(["-use_editlist", "0"]))).editList).toBe("none");
  });

  test("an edit list that hides the beginning cuts", async () => {
    const source = await make(
      "whole.mp4",
      testVideo({ seconds: 3, size: "320x240", sound: true, options: ["-g", "90"] }),
    );
    expect((await traits("cut.mp4", ["-ss", "1", "-i", source, "-c", "copy"])).editList).toBe("cuts");
  });

  test("a sound that begins later by an edit is no cut, and says when it begins", async () => {
    const late = ["-itsoffset", "0.5", "-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac"];
    const picture = testVideo({ seconds: 1, size: "320x240" });
    const path = await make("late.mp4", [...picture.slice(0, 4), ...late, ...picture.slice(4)]);
    const { probe } = await probeMp4(path);
    expect(probe).toMatchObject({ editList: "simple", videoStartMs: 0 });
    // ffmpeg puts the encoder's priming of 24 ms into the time before it.
    expect(Math.abs((probe?.audioStartMs ?? 0) - 488)).toBeLessThanOrEqual(12);
  });

  test("a rate that varies, and one that only trembles", async () => {
    const paced = (times: string) =>
      video(["-vf", `setpts='${times}'`, "-vsync", "vfr", "-video_track_timescale", "90000"]);
    expect((await traits("varies.mp4", paced("(N+if(gt(N,15),N-15,0))/30/TB"))).hasVariableFrameRate).toBe(true);
    expect((await traits("trembles.mp4", paced("(N/30+0.001*mod(N,2))/TB"))).hasVariableFrameRate).toBe(false);
    expect((await traits("constant.mp4", video())).hasVariableFrameRate).toBe(false);
  });

  test.each([
    ["H.264", "h264", ["-preset", "fast", "-g", "10", "-bf", "2", "-x264-params", "open-gop=1:scenecut=0"], true],
    ["H.264", "closed", ["-preset", "fast", "-g", "10", "-bf", "2", "-x264-params", "scenecut=0"], false],
  ] as const)("open groups of %s (%s)", async (_codec, name, options, isOpen) => {
    expect((await traits(`groups-${name}.mp4`, video(options))).hasOpenGroups).toBe(isOpen);
  });

  test.each([
    [1, true],
    [0, false],
  ])("open groups of HEVC (open-gop=%i)", async (openGop, isOpen) => {
    const args = x265(`keyint=10:min-keyint=1:scenecut=0:bframes=3:b-adapt=0:open-gop=${openGop}`);
    expect((await traits(`groups-${openGop}.mp4`, args)).hasOpenGroups).toBe(isOpen);
  });
});
