import { describe, expect, test } from "@jest/globals";
import { conversionOptions, type ConversionTarget } from "@reelay/domain";
import { conversionOptionsOf, decideRendition } from "./decide-rendition.ts";
import { wishFor } from "./rendition-wish.ts";

const usual = conversionOptions.parse({});
const wish = (target: ConversionTarget, kind: "video" | "image", change: object = {}) =>
  wishFor({ target, options: { ...usual, ...change } }, { kind });

describe("which rendition is meant", () => {
  test("options that say nothing about it part nothing", () => {
    const still = { ...usual.still, durationMs: 9_000 };
    expect(wish("tiktok-video", "video", { still }).optionsDigest).toBe(wish("tiktok-video", "video").optionsDigest);
    expect(wish("tiktok-photo", "image", { still }).optionsDigest).toBe(wish("tiktok-photo", "image").optionsDigest);
    expect(wish("tiktok-video", "image", { fit: "crop" }).options).toEqual({ still: usual.still });
  });

  test("options that matter part renditions", () => {
    expect(wish("instagram-reel", "video", { fit: "crop" }).options).toEqual({ fit: "crop" });
    expect(wish("instagram-image", "image", { fit: "crop" }).options).toEqual({ fit: "crop" });
    const still = { ...usual.still, durationMs: 9_000 };
    expect(wish("instagram-reel", "image", { still }).options).toEqual({ still });
  });

  test("what was stored before there was a choice is still found, and read with the defaults", () => {
    expect(wish("tiktok-video", "video").options).toEqual({});
    expect(conversionOptionsOf({})).toEqual(usual);
    expect(conversionOptionsOf({ still: { durationMs: 4_000 } })).toMatchObject({
      still: { durationMs: 4_000 },
      fit: "pad",
    });
  });
});

const image = {
  kind: "image",
  container: "png",
  videoCodec: null,
  audioCodec: null,
  width: 1000,
  height: 3000,
  rotation: 0,
  fps: null,
  durationMs: null,
  bitrate: null,
  pixelFormat: null,
  hasAudio: false,
  sizeBytes: 1_000,
  streams: 1,
};

describe("what a stored probe needs", () => {
  test("a photo is made as the stored options ask", () => {
    expect(decideRendition(image, "instagram-image", { fit: "crop" })).toMatchObject({
      state: "queued",
      plan: { kind: "photo", photo: { width: 1000, height: 1250, fit: "crop" } },
    });
  });

  test("what fits is ready, what never can has failed with its reasons", () => {
    const fits = { ...image, container: "jpeg", height: 1000, hasMetadata: false };
    expect(decideRendition(fits, "instagram-image", {})).toMatchObject({ state: "ready", plan: { kind: "pass" } });
    const video = { ...image, kind: "video", container: "mp4", videoCodec: "h264", fps: 30, durationMs: 1_000 };
    expect(decideRendition(video, "instagram-reel", {})).toMatchObject({
      state: "failed",
      failure: { code: "conversion_impossible", reasons: expect.arrayContaining(["too_short"]) },
    });
  });
});
