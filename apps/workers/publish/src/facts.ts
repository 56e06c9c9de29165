import type { Claimed } from "@reelay/database";
import { Failure } from "@reelay/domain";
import type { Intent, PublicationFacts } from "@reelay/platforms";
import { z } from "zod";

const time = z.iso.datetime().transform((text) => new Date(text));
const storedIntent = z.object({
  step: z.string(),
  handle: z.string(),
  sentAt: time,
  answerBy: time,
  seen: z.unknown(),
});

/** An intent as the row holds it. Throws `internal` when it is not one of ours. */
export function intentAsStored(stored: unknown): Intent {
  const parsed = storedIntent.safeParse(stored);
  if (parsed.success) return parsed.data;
  throw new Failure("internal", { internal: "a stored intent does not parse" });
}

/** The stored row as the adapter's pure decision wants it. Throws `internal` for a row that no adapter could work on. */
export function factsOf(row: Claimed, checkpoint: unknown): PublicationFacts {
  const [media] = row.media;
  if (row.type !== "tiktok_video" || !media) {
    throw new Failure("internal", { internal: `publication of type ${row.type} with ${row.media.length} ready media` });
  }
  return {
    type: row.type,
    caption: row.caption,
    options: row.options,
    media: { sizeBytes: media.sizeBytes, contentType: media.contentType, durationMs: media.durationMs },
    checkpoint,
    intent: row.intent === null ? null : intentAsStored(row.intent),
    initCount: row.initCount,
    accountHandle: row.accountHandle,
    uploadBytesPerSecond: row.uploadRate,
    woken: row.lane === "check" && row.wokenBy !== null,
    now: row.now,
  };
}
