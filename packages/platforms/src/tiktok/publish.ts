import {
  chunkTimeoutMs,
  creatorProblems,
  Failure,
  nextChunk,
  patienceMs,
  planChunks,
  tiktokLimits,
  type TiktokEndpoint,
} from "@reelay/domain";
import type { Times } from "@reelay/runtime";
import type { CallStep, Lane, PublicationFacts, Step } from "../platform.ts";
import { parseCheckpoint, type CheckpointAt, type CreatorChecked } from "./checkpoint.ts";
import { callTimeoutsMs } from "./connection.ts";
import { dispositionOf, failReasons, failureFrom } from "./failures.ts";
import { permalinkOf } from "./permalink.ts";
import { videoOptions } from "./schemas.ts";

export type TiktokStepName =
  "creator_info" | "video_init" | "upload_chunk" | "upload_last_chunk" | "upload_offset" | "publish_status";

/** Settings of the creator older than this are read again before an upload begins. TikTok's clock, never scaled. */
export const creatorFreshMs = 2 * 60_000;
/** An upload address with less than this left is not used any more. */
export const uploadMarginMs = 30_000;

/** What comes next for a TikTok video by FILE_UPLOAD, of the stored facts alone. */
export function nextStep(facts: PublicationFacts, at: { times: Times; wwwUrl: string }): Step {
  // Whoever finds an open intent asks the platform; nothing else may happen before.
  if (facts.intent) return { effect: "wait", lane: "check", untilMs: 0, why: "asking_platform" };
  const checkpoint = parseCheckpoint(facts.checkpoint);
  if (checkpoint === null) return checkCreator(at.times);
  switch (checkpoint.stage) {
    case "restart":
      return restart(facts, checkpoint, at.times);
    case "creator_checked":
      return begin(facts, checkpoint.creator, at.times);
    case "uploading":
      return upload(facts, checkpoint, at.times);
    case "processing":
      return askWhetherPublished(facts, checkpoint, at.times);
    case "published":
      return published(facts, checkpoint, at);
    case "failed":
      return failed(failureFrom(dispositionOf(failReasons, checkpoint.failReason), { code: checkpoint.failReason }));
  }
  return checkpoint satisfies never;
}

function checkCreator(times: Times): Step {
  return read("creator_info", "advance", "creator_info", times);
}

function restart(facts: PublicationFacts, checkpoint: CheckpointAt<"restart">, times: Times): Step {
  const untilMs = untilOf(checkpoint.notBefore, facts.now);
  if (untilMs > 0) return { effect: "wait", lane: "advance", untilMs, why: "backoff" };
  return tooManyInits(facts, checkpoint.because) ?? checkCreator(times);
}

/** The creator's settings are those of now, so the upload may begin, unless they forbid it. */
function begin(facts: PublicationFacts, creator: CreatorChecked, times: Times): Step {
  if (untilOf(creator.checkedAt, facts.now) + creatorFreshMs < 0) return checkCreator(times);
  const options = videoOptions.safeParse(facts.options);
  if (!options.success) return failed(new Failure("internal", { internal: "stored TikTok options do not parse" }));
  const [problem] = creatorProblems({ options: options.data, durationMs: facts.media.durationMs }, creator);
  if (problem) return failed(new Failure(problem.code, { internal: `creator_info forbids ${problem.path}` }));
  const rate = facts.uploadBytesPerSecond;
  if (rate !== null && rate > 0 && (facts.media.sizeBytes / rate) * 1000 > tiktokLimits.uploadMustFinishInMs) {
    return failed(
      new Failure("upload_too_slow", { internal: `${facts.media.sizeBytes} bytes at ${Math.round(rate)} bytes/s` }),
    );
  }
  return tooManyInits(facts, "the platform") ?? initStep(facts, times);
}

function initStep(facts: PublicationFacts, times: Times): Step {
  const timeoutMs = times.callTimeout(callTimeoutsMs.init);
  const plan = planChunks(facts.media.sizeBytes);
  return {
    effect: "repeatable",
    name: "video_init" satisfies TiktokStepName,
    lane: "advance",
    endpoint: "video_init",
    timeoutMs,
    countsAsInit: true,
    input: plan,
  };
}

function tooManyInits(facts: PublicationFacts, because: string): Step | null {
  if (facts.initCount < tiktokLimits.maxInits) return null;
  return failed(
    new Failure("too_many_inits", { internal: `${facts.initCount} uploads begun, the last ended by ${because}` }),
  );
}

function upload(facts: PublicationFacts, { upload }: CheckpointAt<"uploading">, times: Times): Step {
  if (untilOf(upload.expiresAt, facts.now) < uploadMarginMs)
    return tooManyInits(facts, "upload_expired") ?? checkCreator(times);
  if (upload.offset === "doubted") return read("upload_offset", "advance", "status", times);
  // Never null: acknowledged bytes of this stage end before the last chunk.
  const chunk = nextChunk(upload.plan, Math.min(upload.acknowledgedBytes, upload.plan.sizeBytes - 1));
  if (!chunk) throw new Failure("internal", { internal: "an upload without a next chunk" });
  const call = {
    lane: "advance",
    endpoint: null,
    timeoutMs: times.callTimeout(chunkTimeoutMs(chunk.last - chunk.first + 1)),
    input: chunk,
  } as const;
  return chunk.isLast
    ? { ...call, effect: "irrevocable", name: "upload_last_chunk" satisfies TiktokStepName, handle: upload.publishId }
    : { ...call, effect: "repeatable", name: "upload_chunk" satisfies TiktokStepName };
}

function askWhetherPublished(facts: PublicationFacts, checkpoint: CheckpointAt<"processing">, times: Times): Step {
  const ask = read("publish_status", "check", "status", times);
  if (facts.woken === true) return ask;
  const askedForMs = -untilOf(checkpoint.since, facts.now);
  if (checkpoint.reads > 0 && askedForMs > times.scale(patienceMs)) {
    const failure = new Failure("outcome_unknown", { internal: `asked ${checkpoint.reads} times in ${askedForMs} ms` });
    return { effect: "done", status: "needs_review", failure };
  }
  const untilMs = untilOf(checkpoint.askAt, facts.now);
  return untilMs > 0 ? { effect: "wait", lane: "check", untilMs, why: "asking_platform" } : ask;
}

/** Published; a public post's id may come later, others get one when a webhook says that they became public. */
function published(
  facts: PublicationFacts,
  checkpoint: CheckpointAt<"published">,
  at: { times: Times; wwwUrl: string },
): Step {
  const { postId, creator } = checkpoint;
  const permalink = permalinkOf(at.wwwUrl, creator.handle, postId);
  const done = { effect: "done", status: "published", result: { platformPostId: postId, permalink } } as const;
  const look = read("publish_status", "check", "status", at.times);
  if (postId === null && facts.woken === true) return look;
  const lookedForMs = -untilOf(checkpoint.publishedAt, facts.now);
  const isPublic = videoOptions.safeParse(facts.options).data?.privacyLevel === "PUBLIC_TO_EVERYONE";
  if (postId !== null || !isPublic || lookedForMs > at.times.scale(patienceMs)) return { ...done, lookAgainMs: null };
  const untilMs = untilOf(checkpoint.askAt, facts.now);
  return untilMs > 0 ? { ...done, lookAgainMs: untilMs } : look;
}

function read(name: TiktokStepName, lane: Lane, endpoint: TiktokEndpoint, times: Times): CallStep {
  return { effect: "read", name, lane, endpoint, timeoutMs: times.callTimeout(callTimeoutsMs.read), input: null };
}

function failed(failure: Failure): Step {
  return { effect: "done", status: "failed", failure };
}

function untilOf(at: string, now: Date): number {
  return Date.parse(at) - now.getTime();
}
