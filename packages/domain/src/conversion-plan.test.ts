import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { frameCountOf, planConversion, stillOptions } from "./conversion-plan.ts";
import type { MediaProbe } from "./media-probe.ts";

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
};
const image: MediaProbe = {
  ...video,
  kind: "image",
  container: "jpeg",
  videoCodec: null,
  audioCodec: null,
  fps: null,
  durationMs: null,
  bitrate: null,
  hasAudio: false,
};
const options = stillOptions.parse({});
const plan = (change: Partial<MediaProbe>) => planConversion({ ...video, ...change }, "tiktok-video", options);

describe("for a TikTok video", () => {
  test.each<[string, Partial<MediaProbe>]>([
    ["as it comes", {}],
    ["in a MOV", { container: "mov" }],
    ["in HEVC", { videoCodec: "hevc" }],
    ["in WebM with VP9", { container: "webm", videoCodec: "vp9" }],
    ["of 23 frames a second", { fps: 23 }],
    ["of 23.976 frames a second", { fps: 23.976 }],
    ["of 60 frames a second, measured a little above", { fps: 60.02 }],
    ["of the smallest sides", { width: 360, height: 360 }],
    ["of the largest sides", { width: 4096, height: 4096 }],
    ["of exactly 10 minutes", { durationMs: 600_000 }],
    ["of exactly 4 GiB", { sizeBytes: 4_294_967_296 }],
    ["turned by the player", { rotation: 90, width: 1920, height: 1080 }],
    ["without audio", { hasAudio: false, audioCodec: null }],
  ])("a video that fits passes untouched: %s", (_name, change) => {
    expect(plan(change)).toEqual({ kind: "pass", reasons: [] });
  });

  test.each<[string, Partial<MediaProbe>]>([
    ["container_not_accepted", { container: "matroska" }],
    ["codec_not_accepted", { videoCodec: "mpeg4" }],
    ["fps_too_low", { fps: 22.8 }],
    ["fps_too_high", { fps: 120 }],
    ["fps_unknown", { fps: null }],
    ["side_too_small", { width: 358 }],
    ["side_too_large", { height: 4098 }],
    ["too_large", { sizeBytes: 4_294_967_297 }],
  ])("a video that would have to be converted says %s", (reason, change) => {
    expect(plan(change)).toEqual({ kind: "impossible", reasons: [reason, "conversion_not_supported"] });
  });

  test.each<[string, Partial<MediaProbe>]>([
    ["too_long", { durationMs: 600_001 }],
    ["duration_unknown", { durationMs: null }],
    ["no_video_stream", { videoCodec: null }],
  ])("what no conversion mends says %s only", (reason, change) => {
    expect(plan(change)).toEqual({ kind: "impossible", reasons: [reason] });
  });

  test("every reason is named, not only the first", () => {
    expect(plan({ fps: 10, width: 100, videoCodec: "vc1" }).reasons).toEqual([
      "codec_not_accepted",
      "fps_too_low",
      "side_too_small",
      "conversion_not_supported",
    ]);
  });

  test("an image becomes a still video of 5 s, 1080 × 1920 at 30 frames a second without sound, unless asked otherwise", () => {
    expect(planConversion(image, "tiktok-video", options)).toEqual({
      kind: "still",
      reasons: ["image_needs_video"],
      still: { durationMs: 5_000, width: 1080, height: 1920, fps: 30, fit: "pad", silentAudio: false },
      frameCount: 150,
    });
  });
});

describe("options of a still", () => {
  test.each([
    { width: 1081 },
    { height: 358 },
    { width: 4098 },
    { fps: 22 },
    { fps: 61 },
    { durationMs: 2_999 },
    { durationMs: 600_001 },
    { fit: "stretch" },
    { loop: true },
  ])("%j is refused", (wrong) => {
    expect(stillOptions.safeParse(wrong).success).toBe(false);
  });

  test("a frame count is whole and within half a frame of the duration", () => {
    fc.assert(
      fc.property(fc.integer({ min: 3_000, max: 600_000 }), fc.integer({ min: 23, max: 60 }), (durationMs, fps) => {
        const frameCount = frameCountOf({ durationMs, fps });
        expect(Math.abs((frameCount * 1000) / fps - durationMs)).toBeLessThanOrEqual(500 / fps + 1e-6);
        expect(Number.isInteger(frameCount)).toBe(true);
      }),
    );
  });
});
