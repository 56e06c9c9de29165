import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { slideshowFrames, slideshowLimits, slideshowOptions } from "./slideshow.ts";

const media = ["0192aaaa-0000-7000-8000-000000000001"];

test("a cross-fade may take half of an image's time, no more", () => {
  expect(slideshowOptions.safeParse({ media, imageDurationMs: 1_000, crossFadeMs: 500 }).success).toBe(true);
  expect(slideshowOptions.safeParse({ media, imageDurationMs: 1_000, crossFadeMs: 501 }).success).toBe(false);
});

test("one image more makes a video longer by one image without its cross-fade", () => {
  const options = fc.record({
    imageDurationMs: fc.integer({ min: slideshowLimits.minImageDurationMs, max: slideshowLimits.maxImageDurationMs }),
    crossFadeMs: fc.integer({ min: 0, max: slideshowLimits.maxCrossFadeMs }),
  });
  fc.assert(
    fc.property(options, fc.integer({ min: 2, max: 34 }), fc.integer({ min: 23, max: 60 }), (given, images, fps) => {
      const frames = slideshowFrames(given, { images, fps });
      expect(frames.period).toBe(frames.image - frames.crossFade);
      expect(frames.period).toBeGreaterThan(0);
      expect(slideshowFrames(given, { images: images + 1, fps }).total - frames.total).toBe(frames.period);
    }),
  );
});
