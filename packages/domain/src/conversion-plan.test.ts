import { describe, expect, test } from "@jest/globals";
import { conversionOptions, type ConversionOptions } from "./conversion-options.ts";
import { frameCountOf, planConversion } from "./conversion-plan.ts";
import type { ConversionPlan } from "./conversion-recipe.ts";
import type { ConversionTarget } from "./conversion-targets.ts";
import type { MediaProbe } from "./media-probe.ts";

/** Fits every video target. */
const video: MediaProbe = {
  kind: "video",
  container: "mp4",
  videoCodec: "h264",
  audioCodec: "aac",
  width: 1080,
  height: 1920,
  rotation: 0,
  fps: 30,
  durationMs: 15_000,
  bitrate: 2_000_000,
  pixelFormat: "yuv420p",
  hasAudio: true,
  sizeBytes: 3_000_000,
  streams: 2,
  bitDepth: 8,
  colorTransfer: "bt709",
  scan: "progressive",
  hasOpenGroups: false,
  hasVariableFrameRate: false,
  videoBitrate: 1_900_000,
  audioSampleRate: 48_000,
  audioChannels: 2,
  videoStreams: 1,
  audioStreams: 1,
  editList: "none",
  isIndexFirst: true,
};
/** Fits every photo target. */
const image: MediaProbe = {
  kind: "image",
  container: "jpeg",
  videoCodec: null,
  audioCodec: null,
  width: 1080,
  height: 1350,
  rotation: 0,
  fps: null,
  durationMs: null,
  bitrate: null,
  pixelFormat: null,
  hasAudio: false,
  sizeBytes: 300_000,
  streams: 1,
  colorSpace: "srgb",
  hasMetadata: false,
  pages: 1,
};

const usual = conversionOptions.parse({});
const told = ({ kind, reasons }: ConversionPlan) => [kind, ...reasons].join(" ");
const plan = (probe: MediaProbe, target: ConversionTarget, options: ConversionOptions = usual) =>
  planConversion(probe, target, options);

/** trait; TikTok; reel and carousel; story (where nothing stands: as the reel). */
type Row = readonly [name: string, change: Partial<MediaProbe>, tiktok: string, reel: string, story?: string];

const container: readonly Row[] = [
  ["as it comes", {}, "pass", "pass"],
  ["in a MOV", { container: "mov" }, "pass", "pass"],
  ["without audio", { hasAudio: false, audioCodec: null, audioSampleRate: undefined }, "pass", "pass"],
  ["in Matroska", { container: "matroska" }, "remux container_not_accepted", "remux container_not_accepted"],
  [
    "HEVC in Matroska",
    { container: "matroska", videoCodec: "hevc" },
    "remux container_not_accepted",
    "remux container_not_accepted",
  ],
  [
    "in WebM",
    { container: "webm", videoCodec: "vp9", audioCodec: "opus" },
    "pass",
    "transcode container_not_accepted codec_not_accepted audio_codec_not_accepted",
  ],
  [
    "VP8 in WebM",
    { container: "webm", videoCodec: "vp8", audioCodec: "vorbis" },
    "pass",
    "transcode container_not_accepted codec_not_accepted audio_codec_not_accepted",
  ],
  [
    "VP9 in Matroska",
    { container: "matroska", videoCodec: "vp9" },
    "transcode container_not_accepted",
    "transcode container_not_accepted codec_not_accepted",
  ],
  ["with its index at the end", { isIndexFirst: false }, "pass", "remux index_last"],
  ["with an edit list", { editList: "simple" }, "pass", "remux edit_list_present"],
  [
    "index at the end and an edit list",
    { isIndexFirst: false, editList: "simple" },
    "pass",
    "remux index_last edit_list_present",
  ],
  ["whose edit list cuts", { editList: "cuts" }, "pass", "transcode edit_list_cuts"],
  ["with two pictures", { videoStreams: 2, streams: 3 }, "remux streams_extra", "remux streams_extra"],
  ["with two sounds", { audioStreams: 2, streams: 3 }, "remux streams_extra", "remux streams_extra"],
  ["with subtitles and timecode", { streams: 4 }, "pass", "pass"],
  [
    "with two sounds and an edit list that cuts",
    { audioStreams: 2, editList: "cuts" },
    "transcode streams_extra edit_list_cuts",
    "transcode streams_extra edit_list_cuts",
  ],
];

const picture: readonly Row[] = [
  ["in HEVC", { videoCodec: "hevc" }, "pass", "pass"],
  ["in MPEG-4 part 2", { videoCodec: "mpeg4" }, "transcode codec_not_accepted", "transcode codec_not_accepted"],
  [
    "in ProRes 4:2:2",
    { container: "mov", videoCodec: "prores", pixelFormat: "yuv422p10le", bitDepth: 10 },
    "transcode codec_not_accepted chroma_not_accepted bit_depth_not_accepted",
    "transcode codec_not_accepted chroma_not_accepted bit_depth_not_accepted",
  ],
  ["in AV1", { videoCodec: "av1" }, "transcode codec_not_accepted", "transcode codec_not_accepted"],
  ["of 4:2:2", { pixelFormat: "yuv422p" }, "transcode chroma_not_accepted", "transcode chroma_not_accepted"],
  ["of 4:4:4", { pixelFormat: "yuvj444p" }, "transcode chroma_not_accepted", "transcode chroma_not_accepted"],
  [
    "whose colours are unknown",
    { pixelFormat: null },
    "transcode chroma_not_accepted",
    "transcode chroma_not_accepted",
  ],
  ["in full range", { pixelFormat: "yuvj420p" }, "pass", "pass"],
  [
    "of 10 bits",
    { pixelFormat: "yuv420p10le", bitDepth: 10 },
    "transcode bit_depth_not_accepted",
    "transcode bit_depth_not_accepted",
  ],
  [
    "of 10 bits, probed before that was read",
    { pixelFormat: "yuv420p10le", bitDepth: undefined },
    "transcode bit_depth_not_accepted",
    "transcode bit_depth_not_accepted",
  ],
  [
    "in PQ",
    { pixelFormat: "yuv420p10le", bitDepth: 10, colorTransfer: "smpte2084", videoCodec: "hevc" },
    "transcode bit_depth_not_accepted hdr_not_accepted",
    "transcode bit_depth_not_accepted hdr_not_accepted",
  ],
  [
    "in HLG",
    { pixelFormat: "yuv420p10le", bitDepth: 10, colorTransfer: "arib-std-b67", videoCodec: "hevc" },
    "transcode bit_depth_not_accepted hdr_not_accepted",
    "transcode bit_depth_not_accepted hdr_not_accepted",
  ],
  ["interlaced", { scan: "interlaced" }, "transcode interlaced", "transcode interlaced"],
  ["with open groups", { hasOpenGroups: true }, "pass", "transcode group_open"],
  ["of a variable frame rate", { hasVariableFrameRate: true }, "transcode fps_variable", "transcode fps_variable"],
  ["of an unknown frame rate", { fps: null }, "transcode fps_unknown", "transcode fps_unknown"],
  ["of 23 frames a second", { fps: 23 }, "pass", "pass"],
  ["of 23.976 frames a second", { fps: 23.976 }, "pass", "pass"],
  ["of 22.8 frames a second", { fps: 22.8 }, "transcode fps_too_low", "transcode fps_too_low"],
  ["of 60 frames a second, measured a little above", { fps: 60.02 }, "pass", "pass"],
  ["of 120 frames a second", { fps: 120 }, "transcode fps_too_high", "transcode fps_too_high"],
  ["turned by the player", { rotation: 90, width: 1920, height: 1080 }, "pass", "pass"],
  ["of the smallest sides for TikTok", { width: 360, height: 360 }, "pass", "pass"],
  ["too small for TikTok", { width: 358, height: 640 }, "transcode side_too_small", "pass"],
  ["of the largest sides for TikTok", { width: 4096, height: 4096 }, "pass", "transcode side_too_large"],
  ["too large", { width: 4098, height: 2160 }, "transcode side_too_large", "transcode side_too_large"],
  ["4K and upright", { width: 2160, height: 3840 }, "pass", "transcode side_too_large"],
  ["as wide as Instagram takes, and tall", { width: 1920, height: 3414 }, "pass", "pass"],
  ["lying, turned upright", { width: 3840, height: 1920, rotation: 270 }, "pass", "pass"],
  ["of an odd width", { width: 1081 }, "transcode side_odd", "transcode side_odd"],
  ["of an odd height", { height: 1919 }, "transcode side_odd", "transcode side_odd"],
  [
    "of oblong pixels",
    { width: 720, height: 576, pixelAspect: { numerator: 16, denominator: 15 } },
    "transcode pixels_not_square",
    "transcode pixels_not_square",
  ],
  ["of square pixels, told", { pixelAspect: { numerator: 1, denominator: 1 } }, "pass", "pass"],
  ["too tall", { width: 16, height: 1616 }, "transcode side_too_small", "transcode aspect_too_tall"],
  ["tall", { width: 120, height: 1800 }, "transcode side_too_small", "pass", "transcode aspect_too_tall"],
  ["too wide", { width: 1912, height: 180 }, "transcode side_too_small", "transcode aspect_too_wide"],
  ["as wide as it may be", { width: 1900, height: 190 }, "transcode side_too_small", "pass"],
  ["of 26 Mbit/s", { videoBitrate: 26_000_000 }, "pass", "transcode bitrate_too_high"],
  [
    "of 26 Mbit/s with its sound, the picture alone being unknown",
    { videoBitrate: undefined, bitrate: 26_000_000 },
    "pass",
    "transcode bitrate_too_high",
  ],
  ["of exactly 25 Mbit/s", { videoBitrate: 25_000_000, bitrate: 26_000_000 }, "pass", "pass"],
];

const sound: readonly Row[] = [
  ["with MP3", { audioCodec: "mp3" }, "pass", "remux audio_codec_not_accepted"],
  ["with Opus", { audioCodec: "opus" }, "pass", "remux audio_codec_not_accepted"],
  [
    "with PCM",
    { container: "mov", audioCodec: "pcm_s16le" },
    "remux audio_codec_not_accepted",
    "remux audio_codec_not_accepted",
  ],
  ["with AC-3", { audioCodec: "ac3" }, "remux audio_codec_not_accepted", "remux audio_codec_not_accepted"],
  [
    "with sound of an unknown codec",
    { audioCodec: null },
    "remux audio_codec_not_accepted",
    "remux audio_codec_not_accepted",
  ],
  ["with 96 kHz", { audioSampleRate: 96_000 }, "pass", "remux audio_rate_too_high"],
  ["with 5.1 channels", { audioChannels: 6 }, "pass", "remux audio_channels_too_many"],
];

const extent: readonly Row[] = [
  ["of 3 s", { durationMs: 3_000 }, "pass", "pass"],
  ["of 2.999 s", { durationMs: 2_999 }, "pass", "impossible too_short"],
  ["of 60 s", { durationMs: 60_000 }, "pass", "pass"],
  ["of 60.001 s", { durationMs: 60_001 }, "pass", "pass", "impossible too_long"],
  ["of 10 minutes", { durationMs: 600_000 }, "pass", "pass", "impossible too_long"],
  ["of 10 minutes and a little", { durationMs: 600_001 }, "impossible too_long", "pass", "impossible too_long"],
  ["of 15 minutes", { durationMs: 900_000 }, "impossible too_long", "pass", "impossible too_long"],
  ["of 15 minutes and a little", { durationMs: 900_001 }, "impossible too_long", "impossible too_long"],
  ["of unknown duration", { durationMs: null }, "impossible duration_unknown", "impossible duration_unknown"],
  ["of no duration", { durationMs: 0 }, "impossible duration_unknown", "impossible duration_unknown"],
  ["without a picture", { videoCodec: null }, "impossible no_video_stream", "impossible no_video_stream"],
  ["of no size", { width: 0 }, "impossible size_unknown", "impossible size_unknown"],
  ["of 4 GiB", { sizeBytes: 4_294_967_296 }, "pass", "transcode too_large"],
  ["of more than 4 GiB", { sizeBytes: 4_294_967_297 }, "transcode too_large", "transcode too_large"],
  ["of 300 MB", { sizeBytes: 300_000_000 }, "pass", "pass", "transcode too_large"],
  ["of more than 300 MB", { sizeBytes: 300_000_001 }, "pass", "transcode too_large"],
  ["of 100 MB", { sizeBytes: 100_000_000 }, "pass", "pass"],
  [
    "too long and of a wrong codec",
    { durationMs: 1_000_000, videoCodec: "vc1" },
    "impossible too_long codec_not_accepted",
    "impossible too_long codec_not_accepted",
  ],
];

describe("a video", () => {
  test.each([...container, ...picture, ...sound, ...extent])("%s", (_name, change, tiktok, reel, story = reel) => {
    const probe = { ...video, ...change };
    expect({
      tiktok: told(plan(probe, "tiktok-video")),
      reel: told(plan(probe, "instagram-reel")),
      carousel: told(plan(probe, "instagram-carousel-video")),
      story: told(plan(probe, "instagram-story")),
    }).toEqual({ tiktok, reel, carousel: reel, story });
  });

  test("is no photo", () => {
    expect(plan(video, "tiktok-photo")).toEqual({ kind: "impossible", reasons: ["video_not_accepted"] });
    expect(plan(video, "instagram-image")).toEqual({ kind: "impossible", reasons: ["video_not_accepted"] });
  });

  test("that was probed before the newer traits were read passes as it did", () => {
    const { kind, container: mp4, videoCodec, audioCodec, width, height, rotation, fps, durationMs, bitrate } = video;
    const { pixelFormat, hasAudio, sizeBytes, streams } = video;
    const old = { kind, container: mp4, videoCodec, audioCodec, width, height, rotation, fps, durationMs, bitrate };
    expect(told(plan({ ...old, pixelFormat, hasAudio, sizeBytes, streams }, "tiktok-video"))).toBe("pass");
  });

  test("every reason is named, not only the first", () => {
    const probe = { ...video, fps: 10, width: 101, videoCodec: "vc1", audioCodec: "wmav2", isIndexFirst: false };
    expect(told(plan(probe, "instagram-reel"))).toBe(
      "transcode index_last codec_not_accepted fps_too_low side_odd audio_codec_not_accepted",
    );
  });
});

describe("the audio of a conversion", () => {
  const audioOf = (change: Partial<MediaProbe>, target: ConversionTarget = "instagram-reel") => {
    const made = plan({ ...video, isIndexFirst: false, ...change }, target);
    return "audio" in made ? `${made.kind} ${made.audio}` : made.kind;
  };
  test("is copied where it fits, even beside new pictures", () => {
    expect(audioOf({})).toBe("remux copy");
    expect(audioOf({ scan: "interlaced" })).toBe("transcode copy");
  });
  test("is encoded where it does not, even beside copied pictures", () => {
    expect(audioOf({ audioCodec: "pcm_s24le" })).toBe("remux encode");
    expect(audioOf({ audioChannels: 6 })).toBe("remux encode");
    expect(audioOf({ scan: "interlaced", audioSampleRate: 96_000 })).toBe("transcode encode");
    expect(audioOf({ scan: "interlaced", audioCodec: "opus", container: "webm" }, "tiktok-video")).toBe(
      "transcode encode",
    );
  });
  test("is encoded where an edit list cuts, since its packets know nothing of the cuts", () =>
    expect(audioOf({ editList: "cuts" })).toBe("transcode encode"));
  test("is encoded where it begins later than the picture, so that silence can stand before it", () => {
    expect(audioOf({ audioStartMs: 500, editList: "simple" })).toBe("remux encode");
    expect(audioOf({ audioStartMs: 100, videoStartMs: 66 })).toBe("remux copy");
  });
  test("is none where there is none", () => expect(audioOf({ hasAudio: false, audioCodec: null })).toBe("remux none"));
});

describe("an image as a video", () => {
  test("shows for 5 s at 1080 × 1920 and 30 frames a second without sound, unless asked otherwise", () => {
    expect(plan(image, "tiktok-video")).toEqual({
      kind: "still",
      reasons: ["image_needs_video"],
      still: { durationMs: 5_000, width: 1080, height: 1920, fps: 30, fit: "pad", silentAudio: false },
      frameCount: 150,
    });
  });

  test.each<[string, ConversionTarget, object, string]>([
    ["a still for a reel", "instagram-reel", {}, "still image_needs_video"],
    ["a still for a story", "instagram-story", {}, "still image_needs_video"],
    ["a still for a carousel", "instagram-carousel-video", {}, "still image_needs_video"],
    ["a story of 60 s", "instagram-story", { durationMs: 60_000 }, "still image_needs_video"],
    ["a story of more than 60 s", "instagram-story", { durationMs: 60_001 }, "impossible too_long"],
    ["a reel wider than 1920", "instagram-reel", { width: 2160, height: 3840 }, "impossible side_too_large"],
    ["the same for TikTok", "tiktok-video", { width: 2160, height: 3840 }, "still image_needs_video"],
    ["a story too tall", "instagram-story", { width: 360, height: 3700 }, "impossible aspect_too_tall"],
  ])("%s", (_name, target, still, expected) =>
    expect(told(plan(image, target, conversionOptions.parse({ still })))).toBe(expected),
  );

  test("a frame count is whole and within half a frame of the duration", () => {
    expect(frameCountOf({ durationMs: 5_000, fps: 30 })).toBe(150);
    expect(frameCountOf({ durationMs: 3_001, fps: 23 })).toBe(69);
    expect(frameCountOf({ durationMs: 3_022, fps: 23 })).toBe(70);
  });
});

type PhotoRow = readonly [name: string, change: Partial<MediaProbe>, tiktok: string, instagram: string];

describe("an image as a photo", () => {
  test.each<PhotoRow>([
    ["as it comes", {}, "pass", "pass"],
    ["a WebP", { container: "webp" }, "pass", "photo container_not_accepted"],
    ["a PNG", { container: "png" }, "photo container_not_accepted", "photo container_not_accepted"],
    ["with EXIF", { hasMetadata: true }, "photo metadata_present", "photo metadata_present"],
    ["probed before metadata was read", { hasMetadata: undefined }, "photo metadata_present", "photo metadata_present"],
    ["in CMYK", { colorSpace: "cmyk" }, "photo color_space_not_accepted", "photo color_space_not_accepted"],
    ["in Display P3", { colorProfile: "other" }, "photo color_space_not_accepted", "photo color_space_not_accepted"],
    ["with an sRGB profile", { colorProfile: "srgb" }, "pass", "pass"],
    ["that moves", { container: "webp", pages: 12 }, "photo animated", "photo container_not_accepted animated"],
    ["of a short side of 1081", { width: 1081, height: 1350 }, "photo side_too_large", "pass"],
    ["of a long side of 1921", { width: 1080, height: 1921 }, "photo side_too_large", "photo aspect_too_tall"],
    ["4000 × 3000", { width: 4000, height: 3000 }, "photo side_too_large", "pass"],
    ["of 4:5 exactly", { width: 864, height: 1080 }, "pass", "pass"],
    ["of 1.91:1 exactly", { width: 1910, height: 1000 }, "pass", "pass"],
    ["wider than 1.91:1", { width: 1912, height: 1000 }, "pass", "photo aspect_too_wide"],
    ["taller than 4:5", { width: 1078, height: 1350 }, "pass", "photo aspect_too_tall"],
    ["smaller than Instagram shows", { width: 100, height: 100 }, "pass", "pass"],
    ["of 8 MB", { sizeBytes: 8_000_000 }, "pass", "pass"],
    ["of more than 8 MB", { sizeBytes: 8_000_001 }, "pass", "photo too_large"],
    ["of more than 20 MB", { sizeBytes: 20_000_001 }, "photo too_large", "photo too_large"],
    ["of no size", { width: 0 }, "impossible size_unknown", "impossible size_unknown"],
  ])("%s", (_name, change, tiktok, instagram) => {
    const probe = { ...image, ...change };
    expect({
      tiktok: told(plan(probe, "tiktok-photo")),
      instagram: told(plan(probe, "instagram-image")),
    }).toEqual({ tiktok, instagram });
  });

  test("a turned one is measured as it is shown", () => {
    const turned: Partial<MediaProbe> = { width: 1920, height: 1080, rotation: 90, hasMetadata: true };
    expect(plan({ ...image, ...turned }, "tiktok-photo")).toEqual({
      kind: "photo",
      reasons: ["metadata_present"],
      photo: { width: 1080, height: 1920, fit: "scale", maxBytes: 20_000_000 },
    });
  });

  test.each<[Partial<MediaProbe>, "pad" | "crop", ConversionTarget, object]>([
    [{ width: 4000, height: 3000 }, "pad", "tiktok-photo", { width: 1440, height: 1080, fit: "scale" }],
    [{ width: 6000, height: 2000 }, "pad", "tiktok-photo", { width: 1920, height: 640, fit: "scale" }],
    [{ width: 3000, height: 1000 }, "pad", "instagram-image", { width: 1440, height: 754, fit: "pad" }],
    [{ width: 3000, height: 1000 }, "crop", "instagram-image", { width: 1440, height: 754, fit: "crop" }],
    [{ width: 1080, height: 1920 }, "pad", "instagram-image", { width: 1440, height: 1800, fit: "pad" }],
    [{ width: 1080, height: 1920 }, "crop", "instagram-image", { width: 1080, height: 1350, fit: "crop" }],
    [
      { width: 200, height: 200, container: "png" },
      "pad",
      "instagram-image",
      { width: 320, height: 320, fit: "scale" },
    ],
  ])("%j with %s for %s becomes %j", (change, fit, target, photo) =>
    expect(plan({ ...image, ...change }, target, { ...usual, fit })).toMatchObject({ kind: "photo", photo }),
  );
});
