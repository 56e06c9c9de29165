import { describe, expect, test } from "@jest/globals";
import { creatorProblems, dueTime, tiktokVideoProblems, type Consent, type TiktokVideoOptions } from "./post-rules.ts";

const options: TiktokVideoOptions = {
  type: "tiktok_video",
  mode: "direct",
  privacyLevel: "SELF_ONLY",
  disableComment: true,
  disableDuet: true,
  disableStitch: true,
  brandOrganicToggle: false,
  brandContentToggle: false,
  isAigc: false,
};
const consent: Consent = { at: "2026-11-22T10:00:00Z", by: "user-1", musicUsage: true, brandedContent: false };
const codes = (target: { caption?: string; options?: Partial<TiktokVideoOptions>; consent?: Consent | undefined }) =>
  tiktokVideoProblems({
    caption: target.caption ?? "",
    options: { ...options, ...target.options },
    consent: "consent" in target ? target.consent : consent,
  }).map(({ path, code }) => `${path} ${code}`);

describe("a TikTok video target", () => {
  test("a complete one has no problem", () => expect(codes({ caption: "x".repeat(2_200) })).toEqual([]));
  test("the caption is counted in UTF-16 units", () => {
    expect(codes({ caption: "😀".repeat(1_100) })).toEqual([]);
    expect(codes({ caption: `${"😀".repeat(1_100)}x` })).toEqual(["caption caption_too_long"]);
  });
  test("the privacy level is never defaulted", () =>
    expect(codes({ options: { privacyLevel: undefined } })).toEqual(["options.privacyLevel privacy_level_required"]));
  test("branded content cannot be private", () =>
    expect(codes({ options: { brandContentToggle: true }, consent: { ...consent, brandedContent: true } })).toEqual([
      "options.brandContentToggle branded_content_private",
    ]));
  test("consent covers music always and the branded content policy where it applies", () => {
    expect(codes({ consent: undefined })).toEqual(["consent consent_required"]);
    expect(codes({ consent: { ...consent, musicUsage: false } })).toEqual(["consent consent_required"]);
    expect(codes({ options: { brandContentToggle: true, privacyLevel: "PUBLIC_TO_EVERYONE" } })).toEqual([
      "consent consent_required",
    ]);
  });
  test("every problem is named at once", () =>
    expect(
      codes({ caption: "x".repeat(2_201), options: { privacyLevel: undefined }, consent: undefined }),
    ).toHaveLength(3));
});

test("the account's live options decide what it may post", () => {
  const creator = { privacyLevels: ["SELF_ONLY"], maxVideoDurationMs: 60_000 };
  expect(creatorProblems({ options, durationMs: 60_000 }, creator)).toEqual([]);
  expect(
    creatorProblems({ options: { privacyLevel: "PUBLIC_TO_EVERYONE" }, durationMs: 60_001 }, creator).map(
      ({ code }) => code,
    ),
  ).toEqual(["privacy_level_not_offered", "video_too_long"]);
});

describe("due time", () => {
  const now = new Date("2026-11-25T12:00:00Z");
  const inMs = (ms: number) => new Date(now.getTime() + ms);
  test("no time means now", () => expect(dueTime(null, now)).toEqual({ ok: true, dueAt: now }));
  test("up to 60 s in the past still means now", () =>
    expect(dueTime(inMs(-60_000), now)).toEqual({ ok: true, dueAt: now }));
  test("older is refused", () => expect(dueTime(inMs(-60_001), now)).toEqual({ ok: false, code: "scheduled_in_past" }));
  test("ahead is kept to the millisecond", () => expect(dueTime(inMs(5), now)).toEqual({ ok: true, dueAt: inMs(5) }));
  test("over a year ahead is refused", () =>
    expect(dueTime(inMs(367 * 86_400_000), now)).toEqual({ ok: false, code: "scheduled_too_far" }));
});
