import type { Times } from "@reelay/runtime";
import { lookGapMs, statusGapMs, type Checkpoint, type CheckpointAt, type CreatorChecked } from "./checkpoint.ts";
import { dispositionOf, failReasons } from "./failures.ts";
import type { PublishStatus } from "./schemas.ts";
import { failReasonOf, postIdOf } from "./status.ts";

/** How long after a FAILED of TikTok's own making a new upload begins. */
const restartAfterMs = 60_000;

interface Clock {
  readonly now: Date;
  readonly times: Times;
}

interface Handle {
  readonly creator: CreatorChecked;
  readonly publishId: string;
}

/** Every byte is at TikTok: from now on it is asked. */
export function processingFrom({ creator, publishId }: Handle, clock: Clock): CheckpointAt<"processing"> {
  const since = clock.now.toISOString();
  return { stage: "processing", creator, publishId, since, reads: 0, askAt: afterMs(statusGapMs(0), clock) };
}

export function publishedFrom(
  { creator, publishId }: Handle,
  status: PublishStatus,
  clock: Clock,
): CheckpointAt<"published"> {
  const publishedAt = clock.now.toISOString();
  const askAt = afterMs(lookGapMs(0), clock);
  return { stage: "published", creator, publishId, publishedAt, postId: postIdOf(status), reads: 0, askAt };
}

/** A FAILED publish shows nothing to anybody: a new upload may begin, or its reason is final. */
export function failedFrom(publishId: string, status: PublishStatus, clock: Clock): CheckpointAt<"failed" | "restart"> {
  const failReason = failReasonOf(status);
  if (dispositionOf(failReasons, failReason).mayRestart !== true) return { stage: "failed", publishId, failReason };
  return { stage: "restart", because: failReason.slice(0, 100), notBefore: afterMs(restartAfterMs, clock) };
}

export function restartNow(because: string, { now }: Pick<Clock, "now">): CheckpointAt<"restart"> {
  return { stage: "restart", because, notBefore: now.toISOString() };
}

/** What one more status read makes of a checkpoint that waits for it. Nothing undoes `published`. */
export function afterStatus(
  checkpoint: CheckpointAt<"processing" | "published">,
  status: PublishStatus,
  clock: Clock,
): Checkpoint {
  const reads = checkpoint.reads + 1;
  if (checkpoint.stage === "published") {
    const postId = postIdOf(status) ?? checkpoint.postId;
    return { ...checkpoint, reads, askAt: afterMs(lookGapMs(reads), clock), postId };
  }
  if (status.status === "PUBLISH_COMPLETE") return publishedFrom(checkpoint, status, clock);
  if (status.status === "FAILED") return failedFrom(checkpoint.publishId, status, clock);
  return { ...checkpoint, reads, askAt: afterMs(statusGapMs(reads), clock) };
}

function afterMs(ms: number, { now, times }: Clock): string {
  return new Date(now.getTime() + times.scale(ms)).toISOString();
}
