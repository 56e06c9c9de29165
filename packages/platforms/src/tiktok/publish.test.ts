import { describe, expect, test } from "@jest/globals";
import { planChunks, type Chunk } from "@reelay/domain";
import { createTimes } from "@reelay/runtime";
import fc from "fast-check";
import type { Intent, PublicationFacts, Step } from "../platform.ts";
import { testFacts, testNow } from "../testing/facts.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { nextStep } from "./publish.ts";

const at = { times: createTimes(), wwwUrl: "https://www.tiktok.com" };
const step = (change: Partial<PublicationFacts> = {}): Step => nextStep(testFacts(change), at);
const later = (ms: number) => new Date(testNow.getTime() + ms).toISOString();

const creator = {
  checkedAt: testNow.toISOString(),
  handle: "creator",
  privacyLevels: ["PUBLIC_TO_EVERYONE", "SELF_ONLY"],
  maxVideoDurationMs: 60_000,
  commentDisabled: false,
  duetDisabled: false,
  stitchDisabled: false,
};
const checked = (change: Partial<typeof creator> = {}): Checkpoint => ({
  stage: "creator_checked",
  creator: { ...creator, ...change },
});
const uploading = (acknowledgedBytes: number, change = {}): Checkpoint => ({
  stage: "uploading",
  creator,
  upload: {
    publishId: "v_pub_file~v2-1.1",
    uploadUrl: "https://open-upload.tiktokapis.com/upload?upload_id=1&upload_token=test",
    expiresAt: later(60 * 60_000),
    plan: planChunks(31_000_123),
    acknowledgedBytes,
    corrections: 0,
    offset: "known",
    ...change,
  },
});
const asking = { creator, publishId: "v_pub_file~v2-1.1", reads: 0, askAt: later(0) };
const processing = (change = {}): Checkpoint => ({ stage: "processing", since: later(0), ...asking, ...change });
const published = (change = {}): Checkpoint => ({
  stage: "published",
  publishedAt: later(0),
  postId: null,
  ...asking,
  ...change,
});
const privateOptions = { privacyLevel: "SELF_ONLY" };

describe("before the upload", () => {
  test("the creator's settings are read before anything is sent", () => {
    expect(step()).toMatchObject({ effect: "read", name: "creator_info", lane: "advance", endpoint: "creator_info" });
  });
  test("fresh settings that allow the post lead to an init that is counted", () => {
    expect(step({ checkpoint: checked() })).toMatchObject({
      effect: "repeatable",
      name: "video_init",
      countsAsInit: true,
    });
  });
  test("settings that were read long ago are read again", () => {
    const old = later(-3 * 60_000);
    expect(step({ checkpoint: checked({ checkedAt: old }) })).toMatchObject({ name: "creator_info" });
  });
  test.each([
    ["a visibility that is no longer offered", { privacyLevels: ["SELF_ONLY"] }, {}, "privacy_level_not_offered"],
    ["a video longer than the creator may post", { maxVideoDurationMs: 9_000 }, {}, "video_too_long"],
    ["an upload that cannot finish in time", {}, { uploadBytesPerSecond: 10_000 }, "upload_too_slow"],
    ["a fourth init", {}, { initCount: 3 }, "too_many_inits"],
  ])("%s fails before anything is sent", (_, settings, facts, code) => {
    const done = step({ checkpoint: checked(settings), ...facts });
    expect(done).toMatchObject({ effect: "done", status: "failed", failure: { code } });
  });
});

describe("the upload", () => {
  test("chunks but the last may be repeated", () => {
    expect(step({ checkpoint: uploading(5_242_880) })).toMatchObject({
      effect: "repeatable",
      name: "upload_chunk",
      endpoint: null,
      input: { index: 1, first: 5_242_880 },
    });
  });
  test("the last chunk is irrevocable and names what it commits", () => {
    expect(step({ checkpoint: uploading(4 * 5_242_880) })).toMatchObject({
      effect: "irrevocable",
      name: "upload_last_chunk",
      lane: "advance",
      handle: "v_pub_file~v2-1.1",
      timeoutMs: 30_000 + Math.ceil((31_000_123 - 4 * 5_242_880) / 256),
    });
  });
  test("an open intent is asked about, whatever else is stored", () => {
    const intent: Intent = { step: "upload_last_chunk", handle: "x", sentAt: testNow, answerBy: testNow, seen: null };
    for (const checkpoint of [null, checked(), uploading(0), processing(), published()]) {
      expect(step({ checkpoint, intent })).toMatchObject({ effect: "wait", lane: "check", why: "asking_platform" });
    }
  });
  test("an address about to expire leads to a new upload, at most three in all", () => {
    const checkpoint = uploading(0, { expiresAt: later(20_000) });
    expect(step({ checkpoint, initCount: 1 })).toMatchObject({ name: "creator_info" });
    expect(step({ checkpoint, initCount: 3 })).toMatchObject({ status: "failed", failure: { code: "too_many_inits" } });
  });
  test("an offset that TikTok contradicted without saying its own is asked for", () => {
    expect(step({ checkpoint: uploading(0, { offset: "doubted" }) })).toMatchObject({
      effect: "read",
      name: "upload_offset",
    });
  });
  test("a dead upload waits in lane advance, then begins again", () => {
    const restart: Checkpoint = { stage: "restart", because: "internal", notBefore: later(60_000) };
    expect(step({ checkpoint: restart })).toEqual({ effect: "wait", lane: "advance", untilMs: 60_000, why: "backoff" });
    expect(step({ checkpoint: restart, now: new Date(later(60_000)) })).toMatchObject({ name: "creator_info" });
  });
  test("walking a whole upload sends every byte once, and only the last chunk is irrevocable", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4_294_967_296 }), (sizeBytes) => {
        const plan = planChunks(sizeBytes);
        let acknowledged = 0;
        for (let sent = 0; sent < plan.count; sent += 1) {
          const next = step({ checkpoint: uploading(acknowledged, { plan }) });
          if (next.effect !== "repeatable" && next.effect !== "irrevocable")
            throw new Error(`${next.effect} in an upload`);
          const chunk = next.input as Chunk;
          expect(chunk.first).toBe(acknowledged);
          expect(next.effect).toBe(sent === plan.count - 1 ? "irrevocable" : "repeatable");
          acknowledged = chunk.last + 1;
        }
        expect(acknowledged).toBe(sizeBytes);
      }),
      { numRuns: 60 },
    );
  });
});

describe("after the last chunk", () => {
  test("the status is asked for in lane check, when it is due", () => {
    expect(step({ checkpoint: processing({ askAt: later(4_000) }) })).toEqual({
      effect: "wait",
      lane: "check",
      untilMs: 4_000,
      why: "asking_platform",
    });
    expect(step({ checkpoint: processing() })).toMatchObject({ effect: "read", name: "publish_status", lane: "check" });
  });
  test("after a day without an answer a person must look, but never without having asked", () => {
    const since = later(-25 * 60 * 60_000);
    expect(step({ checkpoint: processing({ since }) })).toMatchObject({ effect: "read" });
    expect(step({ checkpoint: processing({ since, reads: 9 }) })).toMatchObject({
      status: "needs_review",
      failure: { code: "outcome_unknown" },
    });
  });
  test("a public post without an id is looked for again, for a day", () => {
    const checkpoint = published({ askAt: later(20_000) });
    expect(step({ checkpoint })).toMatchObject({
      status: "published",
      lookAgainMs: 20_000,
      result: { permalink: null },
    });
    expect(step({ checkpoint, now: new Date(later(20_000)) })).toMatchObject({
      effect: "read",
      name: "publish_status",
    });
    expect(step({ checkpoint, now: new Date(later(24 * 60 * 60_000 + 1)) })).toMatchObject({ lookAgainMs: null });
  });
  test("a post that is not public is never looked for", () => {
    expect(step({ checkpoint: published(), options: privateOptions })).toMatchObject({
      status: "published",
      lookAgainMs: null,
    });
  });
  test("a 19-digit id makes the post's address", () => {
    expect(step({ checkpoint: published({ postId: "7678907398077074696" }) })).toMatchObject({
      lookAgainMs: null,
      result: {
        platformPostId: "7678907398077074696",
        permalink: "https://www.tiktok.com/@creator/video/7678907398077074696",
      },
    });
  });
  test("a reason of the content's own is final", () => {
    const checkpoint: Checkpoint = { stage: "failed", publishId: "x", failReason: "frame_rate_check_failed" };
    expect(step({ checkpoint })).toMatchObject({
      status: "failed",
      failure: { code: "media_refused_by_platform", details: { platformCode: "frame_rate_check_failed" } },
    });
  });
});

test("a stored checkpoint that is not ours is a defect, not a new upload", () => {
  expect(() => step({ checkpoint: { stage: "uploading" } })).toThrow(expect.objectContaining({ code: "internal" }));
});
