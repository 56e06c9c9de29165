import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { constantRate } from "./constant-rate.ts";
import { planConversion, planMotion } from "./conversion-plan.ts";
import type { ConversionPlan } from "./conversion-recipe.ts";
import { conversionOptions } from "./conversion-options.ts";
import {
  conversionTargets,
  isPhotoTarget,
  videoLimits,
  videoTargets,
  type ConversionTarget,
} from "./conversion-targets.ts";
import type { MediaProbe } from "./media-probe.ts";
import { brokenRules } from "./video-rules.ts";

const usual = conversionOptions.parse({});
const wrongCodec: MediaProbe = {
  kind: "video",
  container: "mp4",
  videoCodec: "mpeg4",
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
  videoBitrate: 1_900_000,
};
const recipe = (
  change: Partial<MediaProbe>,
  target: ConversionTarget = "instagram-reel",
  fit: "pad" | "crop" = "pad",
) => {
  const plan = planConversion({ ...wrongCodec, ...change }, target, { ...usual, fit });
  if (plan.kind !== "transcode") throw new Error(`${plan.kind} ${plan.reasons.join(" ")}`);
  return plan.video;
};

describe("the frame", () => {
  test.each<[Partial<MediaProbe>, ConversionTarget, object]>([
    [{}, "instagram-reel", { width: 1080, height: 1920, fit: "scale" }],
    [{ width: 1920, height: 1080, rotation: 90 }, "instagram-reel", { width: 1080, height: 1920, fit: "scale" }],
    [{ width: 1081, height: 1919 }, "instagram-reel", { width: 1082, height: 1920, fit: "scale" }],
    [{ width: 2160, height: 3840 }, "instagram-reel", { width: 1920, height: 3414, fit: "scale" }],
    [{ width: 3840, height: 2160 }, "instagram-reel", { width: 1920, height: 1080, fit: "scale" }],
    [{ width: 3840, height: 2160 }, "tiktok-video", { width: 3840, height: 2160, fit: "scale" }],
    [{ width: 7680, height: 4320 }, "tiktok-video", { width: 4096, height: 2304, fit: "scale" }],
    [{ width: 180, height: 320 }, "tiktok-video", { width: 360, height: 640, fit: "scale" }],
    [
      { width: 720, height: 576, pixelAspect: { numerator: 16, denominator: 15 } },
      "instagram-reel",
      { width: 768, height: 576, fit: "scale" },
    ],
    [
      { width: 720, height: 576, pixelAspect: { numerator: 16, denominator: 15 }, rotation: 270 },
      "instagram-reel",
      { width: 576, height: 768, fit: "scale" },
    ],
    [{ width: 120, height: 1800 }, "instagram-story", { width: 180, height: 1800, fit: "pad" }],
    [{ width: 1920, height: 160 }, "instagram-story", { width: 1920, height: 192, fit: "pad" }],
  ])("of %j for %s is %j", (change, target, expected) => expect(recipe(change, target)).toMatchObject(expected));

  test("is cut where that is asked for", () => {
    expect(recipe({ width: 120, height: 1800 }, "instagram-story", "crop")).toMatchObject({
      width: 120,
      height: 1200,
      fit: "crop",
    });
  });
});

describe("what the pictures need", () => {
  test("is said: deinterlacing, tone mapping", () => {
    expect(recipe({})).toMatchObject({ deinterlace: false, toneMap: false });
    expect(recipe({ scan: "interlaced" })).toMatchObject({ deinterlace: true, toneMap: false });
    expect(recipe({ colorTransfer: "arib-std-b67" })).toMatchObject({ deinterlace: false, toneMap: true });
  });
});

describe("the constant rate", () => {
  const limits = { minFps: 23, maxFps: 60 };
  test.each<[number | null, string]>([
    [30, "30/1"],
    [29.97, "30000/1001"],
    [23.976, "24000/1001"],
    [24, "24/1"],
    [25.02, "25/1"],
    [59.94, "60000/1001"],
    [60.02, "60/1"],
    [27.5, "27500/1000"],
    [15, "30/1"],
    [14.985, "30000/1001"],
    [12.5, "25/1"],
    [12, "24/1"],
    [10, "30/1"],
    [1, "24/1"],
    [17, "30/1"],
    [120, "60/1"],
    [119.88, "60000/1001"],
    [240, "60/1"],
    [100, "50/1"],
    [90, "45000/1000"],
    [144, "48/1"],
    [null, "30/1"],
  ])("of %j is %s", (fps, expected) => {
    const { numerator, denominator } = constantRate({ fps }, limits);
    expect(`${numerator}/${denominator}`).toBe(expected);
  });

  test.each([
    [12.3, "30/1"],
    [28.7, "30/1"],
    [30.2, "30/1"],
    [41, "48/1"],
    [57, "60/1"],
    [300, "30/1"],
  ])("of a variable one that is %d in the mean is %s", (fps, expected) => {
    const { numerator, denominator } = constantRate({ fps, hasVariableFrameRate: true }, limits);
    expect(`${numerator}/${denominator}`).toBe(expected);
  });
});

describe("the bit rate", () => {
  test.each<[Partial<MediaProbe>, ConversionTarget, number]>([
    [{ durationMs: 15_000 }, "instagram-reel", 25_000_000],
    // 300 MB × 0.95 in 900 s, less 100,000 of sound.
    [{ durationMs: 900_000 }, "instagram-reel", 2_533_333 - 100_000],
    [{ durationMs: 60_000 }, "instagram-story", 12_666_666 - 100_000],
    [{ durationMs: 60_000, audioCodec: "opus" }, "instagram-story", 12_666_666 - 192_000],
    [{ durationMs: 60_000, hasAudio: false, audioCodec: null }, "instagram-story", 12_666_666],
    [{ durationMs: 60_000, videoBitrate: undefined }, "instagram-story", 12_666_666 - 576_000],
    [{ durationMs: 15_000 }, "tiktok-video", 50_000_000],
  ])("of %j for %s is at most %d", (change, target, maxBitrate) =>
    expect(recipe(change, target).maxBitrate).toBe(maxBitrate),
  );

  test("that would be too low to be worth showing is impossible", () => {
    const limits = { ...videoLimits["instagram-story"], maxBytes: 3_000_000 };
    expect(planMotion({ ...wrongCodec, durationMs: 60_000, sizeBytes: 3_000_001 }, limits, "pad")).toEqual({
      kind: "impossible",
      reasons: ["codec_not_accepted", "too_large"],
    });
  });
});

const rotation = fc.constantFrom(0 as const, 90 as const, 180 as const, 270 as const);
const side = fc.oneof(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 8_192 }));
const anyVideo: fc.Arbitrary<MediaProbe> = fc
  .record({
    container: fc.constantFrom("mp4", "mov", "webm", "matroska"),
    videoCodec: fc.constantFrom("h264", "hevc", "vp9", "mpeg4"),
    audioCodec: fc.constantFrom("aac", "opus", "pcm_s16le"),
    width: side,
    height: side,
    rotation,
    fps: fc.option(fc.double({ min: 0.01, max: 1_000, noNaN: true })),
    durationMs: fc.option(fc.integer({ min: 0, max: 1_000_000 })),
    bitrate: fc.option(fc.integer({ min: 0, max: 200_000_000 })),
    pixelFormat: fc.constantFrom("yuv420p", "yuv422p", "yuv420p10le", null),
    hasAudio: fc.boolean(),
    sizeBytes: fc.integer({ min: 1, max: 6_000_000_000 }),
  })
  .chain((base) =>
    fc
      .record(
        {
          pixelAspect: fc.record({
            numerator: fc.integer({ min: 1, max: 50 }),
            denominator: fc.integer({ min: 1, max: 50 }),
          }),
          scan: fc.constantFrom("progressive" as const, "interlaced" as const),
          hasOpenGroups: fc.boolean(),
          hasVariableFrameRate: fc.boolean(),
          colorTransfer: fc.constantFrom("bt709", "smpte2084"),
          videoBitrate: fc.integer({ min: 0, max: 200_000_000 }),
          audioChannels: fc.integer({ min: 1, max: 8 }),
          audioSampleRate: fc.constantFrom(44_100, 48_000, 96_000),
          videoStreams: fc.integer({ min: 1, max: 3 }),
          editList: fc.constantFrom("none" as const, "simple" as const, "cuts" as const),
          isIndexFirst: fc.boolean(),
        },
        { requiredKeys: [] },
      )
      .map((traits) => ({ ...base, ...traits, kind: "video" as const, streams: 2 })),
  ) as fc.Arbitrary<MediaProbe>;
const anyImage: fc.Arbitrary<MediaProbe> = fc
  .record({
    container: fc.constantFrom("jpeg", "png", "webp"),
    width: fc.integer({ min: 1, max: 30_000 }),
    height: fc.integer({ min: 1, max: 30_000 }),
    rotation,
    sizeBytes: fc.integer({ min: 1, max: 100_000_000 }),
    hasMetadata: fc.boolean(),
    pages: fc.integer({ min: 1, max: 3 }),
  })
  .map((image) => ({
    ...image,
    kind: "image",
    videoCodec: null,
    audioCodec: null,
    fps: null,
    durationMs: null,
    bitrate: null,
    pixelFormat: null,
    hasAudio: false,
    streams: 1,
  }));
const fit = fc.constantFrom("pad" as const, "crop" as const);

/** What a conversion that keeps to its plan makes of the media. */
function madeBy(plan: ConversionPlan, probe: MediaProbe): MediaProbe {
  if (plan.kind !== "transcode") throw new Error(plan.kind);
  const { video, audio } = plan;
  const videoBitrate = video.maxBitrate ?? 0;
  const audioBitrate = {
    none: 0,
    encode: 192_000,
    copy: Math.max(0, (probe.bitrate ?? 0) - (probe.videoBitrate ?? Infinity)),
  }[audio];
  return {
    ...wrongCodec,
    videoCodec: "h264",
    width: video.width,
    height: video.height,
    fps: video.frameRate.numerator / video.frameRate.denominator,
    durationMs: probe.durationMs,
    hasAudio: audio !== "none",
    audioCodec: audio === "none" ? null : "aac",
    videoBitrate,
    sizeBytes: Math.ceil(((videoBitrate + audioBitrate) * (probe.durationMs ?? 0)) / 8_000),
    editList: "none",
    isIndexFirst: true,
  };
}

describe("whatever the media", () => {
  test("a plan is the same each time, and none throws", () => {
    fc.assert(
      fc.property(fc.oneof(anyVideo, anyImage), fc.constantFrom(...conversionTargets), fit, (probe, target, wish) => {
        const frozen = Object.freeze({ ...probe });
        const first = planConversion(frozen, target, { ...usual, fit: wish });
        expect(planConversion(frozen, target, { ...usual, fit: wish })).toEqual(first);
        expect(first.kind === "pass").toBe(first.reasons.length === 0);
      }),
      { numRuns: 2_000 },
    );
  });

  test("a video passes exactly when it breaks no rule, and never for photos", () => {
    fc.assert(
      fc.property(anyVideo, fc.constantFrom(...conversionTargets), (probe, target) => {
        const passes = planConversion(probe, target, usual).kind === "pass";
        expect(passes).toBe(!isPhotoTarget(target) && brokenRules(probe, videoLimits[target]).length === 0);
      }),
      { numRuns: 2_000 },
    );
  });

  test("what a transcode makes passes the rules of its target", () => {
    fc.assert(
      fc.property(anyVideo, fc.constantFrom(...videoTargets), fit, (probe, target, wish) => {
        const plan = planConversion(probe, target, { ...usual, fit: wish });
        fc.pre(plan.kind === "transcode");
        const made = madeBy(plan, probe);
        expect(planConversion(made, target, usual)).toEqual({ kind: "pass", reasons: [] });
      }),
      { numRuns: 5_000 },
    );
  });

  test("what a photo plan makes passes the rules of its target", () => {
    fc.assert(
      fc.property(
        anyImage,
        fc.constantFrom("tiktok-photo" as const, "instagram-image" as const),
        fit,
        (probe, target, wish) => {
          const plan = planConversion(probe, target, { ...usual, fit: wish });
          fc.pre(plan.kind === "photo");
          const { width, height, maxBytes } = plan.photo;
          const made = {
            container: "jpeg",
            hasMetadata: false,
            pages: 1,
            rotation: 0,
            width,
            height,
            sizeBytes: maxBytes,
          } as const;
          expect(planConversion({ ...probe, ...made }, target, usual)).toEqual({ kind: "pass", reasons: [] });
          if (target === "instagram-image") expect([width >= 320, width <= 1_440]).toEqual([true, true]);
        },
      ),
      { numRuns: 5_000 },
    );
  });
});
