import { z } from "zod";
import type { Intent, PublicationFacts, Verdict } from "../platform.ts";
import { boundaryOf, checkpointAt, statusGapMs, type Checkpoint, type CheckpointAt } from "./checkpoint.ts";
import type { TiktokConnection } from "./connection.ts";
import { dispositionOf, failReasons, failureFrom } from "./failures.ts";
import { permalinkOf } from "./permalink.ts";
import type { PublishStatus } from "./schemas.ts";
import { failedFrom, processingFrom, publishedFrom, restartNow } from "./stages.ts";
import { readStatus } from "./status.ts";

const seenSchema = z.object({
  reads: z.number(),
  /** The first of the reads, all after the grace, that found the same bytes missing; null before. */
  short: z.object({ bytes: z.number(), at: z.iso.datetime() }).nullable(),
});
export type Seen = z.infer<typeof seenSchema>;

/** A dead upload address cannot take the missing byte any more, but TikTok's word on it may lag for so long. */
const deadAddressMs = 2 * 60 * 60_000;

/** One read of the publish status, and what it proves about a last chunk whose answer never came. */
export async function reconcile(
  connection: TiktokConnection,
  intent: Intent,
  facts: PublicationFacts,
  accessToken: string,
  signal: AbortSignal,
): Promise<Verdict> {
  const { data } = await readStatus(connection, intent.handle, accessToken, signal);
  return judge(data, intent, facts, connection);
}

/** Pure. `facts.now` is a time before the read was made, so that no verdict comes too early. */
export function judge(
  status: PublishStatus,
  intent: Intent,
  facts: PublicationFacts,
  { times, wwwUrl }: Pick<TiktokConnection, "times" | "wwwUrl">,
): Verdict {
  const checkpoint = checkpointAt(facts.checkpoint, "uploading");
  const handle = { creator: checkpoint.creator, publishId: intent.handle };
  const clock = { now: facts.now, times };
  if (status.status === "PUBLISH_COMPLETE") {
    const published = publishedFrom(handle, status, clock);
    const permalink = permalinkOf(wwwUrl, published.creator.handle, published.postId);
    return { verdict: "happened", checkpoint: published, result: { platformPostId: published.postId, permalink } };
  }
  if (hasEveryByte(status, checkpoint)) {
    return { verdict: "happened", checkpoint: processingFrom(handle, clock), result: null };
  }
  const seen = parseSeen(intent.seen);
  const unknown = (short: Seen["short"], askAgainMs = times.scale(statusGapMs(seen.reads))): Verdict => {
    return { verdict: "unknown", seen: { reads: seen.reads + 1, short } satisfies Seen, askAgainMs };
  };
  if (facts.now.getTime() < intent.answerBy.getTime() + times.graceMs) return unknown(null);
  if (status.status === "FAILED") return didNotHappen(failedFrom(intent.handle, status, clock));
  const bytes = status.uploaded_bytes;
  if (status.status !== "PROCESSING_UPLOAD" || bytes === undefined) return unknown(null);
  if (seen.short?.bytes !== bytes) return unknown({ bytes, at: facts.now.toISOString() }, times.graceMs);
  const shortForMs = facts.now.getTime() - Date.parse(seen.short.at);
  if (shortForMs < times.graceMs) return unknown(seen.short, times.graceMs - shortForMs);
  if (facts.now < new Date(checkpoint.upload.expiresAt)) return didNotHappen(resumed(checkpoint, bytes));
  const sentForMs = facts.now.getTime() - intent.sentAt.getTime();
  if (sentForMs < times.scale(deadAddressMs)) return unknown(seen.short);
  return didNotHappen(restartNow("upload_expired", facts));
}

// One byte less could only be the index of the last byte: chunks are megabytes, and so is what is missing when one is.
function hasEveryByte(status: PublishStatus, { upload }: CheckpointAt<"uploading">): boolean {
  const enoughBytes = Math.max(1, upload.plan.sizeBytes - 1);
  return status.status.startsWith("PROCESSING_") && (status.uploaded_bytes ?? 0) >= enoughBytes;
}

function parseSeen(stored: unknown): Seen {
  const parsed = seenSchema.safeParse(stored);
  return parsed.success ? parsed.data : { reads: 0, short: null };
}

/** The same upload goes on from where TikTok stands. */
function resumed(checkpoint: CheckpointAt<"uploading">, bytes: number): CheckpointAt<"uploading"> {
  const { upload } = checkpoint;
  const acknowledgedBytes = boundaryOf(upload.plan, bytes) ?? upload.acknowledgedBytes;
  return { ...checkpoint, upload: { ...upload, acknowledgedBytes } };
}

function didNotHappen(checkpoint: Checkpoint): Verdict {
  if (checkpoint.stage !== "failed") return { verdict: "did_not_happen", checkpoint, failure: null };
  const { failReason } = checkpoint;
  const failure = failureFrom(dispositionOf(failReasons, failReason), { code: failReason });
  return { verdict: "did_not_happen", checkpoint, failure };
}
