import { describe, expect, test } from "@jest/globals";
import { conversionOptions, stillOptions } from "./conversion-options.ts";

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
});

describe("options of a conversion", () => {
  test("bars are the rule, since they lose nothing", () => expect(conversionOptions.parse({}).fit).toBe("pad"));
  test.each([{ fit: "blur" }, { crop: true }])("%j is refused", (wrong) => {
    expect(conversionOptions.safeParse(wrong).success).toBe(false);
  });
});
