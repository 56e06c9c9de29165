import { expect, test } from "@jest/globals";
import { planView } from "./plan-view.ts";

const stored = { kind: "transcode", reasons: ["interlaced", "side_odd"], video: { width: 1080 }, audio: "copy" };

test("a plan tells its reasons in the language asked for, beside its recipe", () => {
  expect(planView(stored, "en")).toEqual({
    kind: "transcode",
    reasons: [
      { code: "interlaced", message: "The video is interlaced." },
      { code: "side_odd", message: "A side has an odd number of pixels." },
    ],
    video: { width: 1080 },
    audio: "copy",
  });
  expect(planView(stored, "fr")?.reasons[0]).toEqual({ code: "interlaced", message: "La vidéo est entrelacée." });
});

test("a reason of another version is told by its code, and what is no plan is none", () => {
  expect(planView({ kind: "impossible", reasons: ["conversion_not_supported"] }, "en")?.reasons).toEqual([
    { code: "conversion_not_supported", message: "conversion_not_supported" },
  ]);
  expect(planView(null, "en")).toBeNull();
});
