import { describe, expect, test } from "@jest/globals";
import { planChunks } from "@reelay/domain";
import { createTimes } from "@reelay/runtime";
import type { Intent } from "../platform.ts";
import { testFacts, testNow } from "../testing/facts.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { judge, type Seen } from "./reconcile.ts";
import type { PublishStatus } from "./schemas.ts";

const at = { times: createTimes(), wwwUrl: "https://www.tiktok.com" };
const plan = planChunks(31_000_123);
const lastStart = 4 * plan.chunkBytes;
const graceMs = 30_000;
const answerBy = testNow.getTime() + 60_000;
const checkpoint = (expiresInMs: number): Checkpoint => ({
  stage: "uploading",
  creator: {
    checkedAt: testNow.toISOString(),
    handle: "creator",
    privacyLevels: [],
    maxVideoDurationMs: 60_000,
    commentDisabled: false,
    duetDisabled: false,
    stitchDisabled: false,
  },
  upload: {
    publishId: "v_pub_file~v2-1.1",
    uploadUrl: "https://open-upload.tiktokapis.com/upload?upload_token=test",
    expiresAt: new Date(testNow.getTime() + expiresInMs).toISOString(),
    plan,
    acknowledgedBytes: lastStart,
    corrections: 0,
    offset: "known",
  },
});

function verdict(status: Partial<PublishStatus>, readAt: number, options: { seen?: Seen; expiresInMs?: number } = {}) {
  const intent: Intent = {
    step: "upload_last_chunk",
    handle: "v_pub_file~v2-1.1",
    sentAt: testNow,
    answerBy: new Date(answerBy),
    seen: options.seen ?? null,
  };
  const facts = testFacts({
    intent,
    now: new Date(readAt),
    checkpoint: checkpoint(options.expiresInMs ?? 60 * 60_000),
  });
  return judge({ status: "PROCESSING_UPLOAD", ...status } as PublishStatus, intent, facts, at);
}
const short = { uploaded_bytes: lastStart };
const afterGrace = answerBy + graceMs;

describe("it happened", () => {
  test("a complete publish proves it, from the first read on", () => {
    expect(
      verdict({ status: "PUBLISH_COMPLETE", publicaly_available_post_id: ["7678907398077074696"] }, testNow.getTime()),
    ).toMatchObject({
      verdict: "happened",
      checkpoint: { stage: "published" },
      result: {
        platformPostId: "7678907398077074696",
        permalink: "https://www.tiktok.com/@creator/video/7678907398077074696",
      },
    });
  });
  test("every byte at TikTok proves it, though nothing is visible yet", () => {
    for (const uploaded_bytes of [plan.sizeBytes, plan.sizeBytes - 1]) {
      expect(verdict({ uploaded_bytes }, testNow.getTime())).toMatchObject({
        verdict: "happened",
        checkpoint: { stage: "processing", reads: 0 },
        result: null,
      });
    }
  });
});

describe("it did not happen", () => {
  test("no read before the end of the grace proves it", () => {
    for (const status of [short, { status: "FAILED", fail_reason: "internal" }]) {
      expect(verdict(status, afterGrace - 1, { seen: { reads: 3, short: null } })).toMatchObject({
        verdict: "unknown",
        seen: { reads: 4, short: null },
      });
    }
  });
  test("missing bytes prove it in two reads 30 s apart", () => {
    const first = verdict(short, afterGrace);
    expect(first).toMatchObject({ verdict: "unknown", askAgainMs: graceMs, seen: { short: { bytes: lastStart } } });
    const { seen } = first as { seen: Seen };
    expect(verdict(short, afterGrace + graceMs - 1, { seen })).toMatchObject({ verdict: "unknown", askAgainMs: 1 });
    expect(verdict(short, afterGrace + graceMs, { seen })).toMatchObject({
      verdict: "did_not_happen",
      failure: null,
      checkpoint: { stage: "uploading", upload: { publishId: "v_pub_file~v2-1.1", acknowledgedBytes: lastStart } },
    });
  });
  test("bytes that moved between the reads begin a new pair", () => {
    const seen: Seen = { reads: 1, short: { bytes: lastStart - 5, at: new Date(afterGrace).toISOString() } };
    expect(verdict(short, afterGrace + graceMs, { seen })).toMatchObject({
      verdict: "unknown",
      seen: { short: { bytes: lastStart } },
    });
  });
  test("fewer bytes than we thought move the upload back to that chunk", () => {
    const fewer = { uploaded_bytes: 2 * plan.chunkBytes - 1 };
    const seen: Seen = { reads: 1, short: { bytes: fewer.uploaded_bytes, at: new Date(afterGrace).toISOString() } };
    expect(verdict(fewer, afterGrace + graceMs, { seen })).toMatchObject({
      checkpoint: { upload: { acknowledgedBytes: 2 * plan.chunkBytes } },
    });
  });
  test("a failure of TikTok's own leads to a new upload", () => {
    expect(verdict({ status: "FAILED", fail_reason: "internal" }, afterGrace)).toMatchObject({
      verdict: "did_not_happen",
      failure: null,
      checkpoint: { stage: "restart" },
    });
  });
  test("a failure of the content's own is final", () => {
    expect(verdict({ status: "FAILED", fail_reason: "spam_risk_text" }, afterGrace)).toMatchObject({
      verdict: "did_not_happen",
      failure: { code: "content_refused" },
      checkpoint: { stage: "failed" },
    });
  });
  test("at a dead address, missing bytes prove it after two hours only", () => {
    const seen: Seen = { reads: 9, short: { bytes: lastStart, at: new Date(afterGrace).toISOString() } };
    const twoHours = testNow.getTime() + 2 * 60 * 60_000;
    expect(verdict(short, twoHours - 1, { seen, expiresInMs: 0 })).toMatchObject({ verdict: "unknown" });
    expect(verdict(short, twoHours, { seen, expiresInMs: 0 })).toMatchObject({
      verdict: "did_not_happen",
      checkpoint: { stage: "restart", because: "upload_expired" },
    });
  });
});

test.each<[string, Partial<PublishStatus>]>([
  ["no byte count", {}],
  ["a status we do not know", { status: "SOMETHING_NEW", uploaded_bytes: lastStart }],
])("%s proves nothing, however often it is seen", (_, status) => {
  const seen: Seen = { reads: 99, short: { bytes: lastStart, at: new Date(afterGrace).toISOString() } };
  expect(verdict(status, answerBy + 23 * 60 * 60_000, { seen })).toMatchObject({
    verdict: "unknown",
    seen: { short: null },
  });
});
