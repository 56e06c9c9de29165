import { Failure, type ChunkPlan } from "@reelay/domain";
import { z } from "zod";

const at = z.iso.datetime();

const creator = z.object({
  checkedAt: at,
  handle: z.string(),
  privacyLevels: z.array(z.string()),
  maxVideoDurationMs: z.number(),
  commentDisabled: z.boolean(),
  duetDisabled: z.boolean(),
  stitchDisabled: z.boolean(),
});

const upload = z.object({
  publishId: z.string(),
  /** Secret: whoever has it may upload. */
  uploadUrl: z.string(),
  expiresAt: at,
  plan: z.object({ sizeBytes: z.number(), chunkBytes: z.number(), count: z.number() }),
  acknowledgedBytes: z.number(),
  /** How often TikTok contradicted our offset. */
  corrections: z.number(),
  /** `doubted`: TikTok contradicted us without saying where it stands, so it must be asked. */
  offset: z.enum(["known", "doubted"]),
});

/** Asking for the status: how often it was, and when it is due again. */
const asking = { publishId: z.string(), reads: z.number(), askAt: at };

/** What is known of one TikTok video publication; stored sealed between steps. */
const checkpoint = z.discriminatedUnion("stage", [
  z.object({ stage: z.literal("creator_checked"), creator }),
  z.object({ stage: z.literal("uploading"), creator, upload }),
  z.object({ stage: z.literal("processing"), creator, ...asking, since: at }),
  z.object({ stage: z.literal("published"), creator, ...asking, publishedAt: at, postId: z.string().nullable() }),
  z.object({ stage: z.literal("failed"), publishId: z.string(), failReason: z.string() }),
  /** The last upload is dead and showed nothing to anybody; a new one may begin. */
  z.object({ stage: z.literal("restart"), because: z.string(), notBefore: at }),
]);

export type Checkpoint = z.infer<typeof checkpoint>;
export type CheckpointAt<Stage extends Checkpoint["stage"]> = Extract<Checkpoint, { stage: Stage }>;
export type CreatorChecked = z.infer<typeof creator>;
export type Upload = z.infer<typeof upload>;

/** The stored checkpoint; null before the first step. Throws `internal` when it is not one of ours. */
export function parseCheckpoint(stored: unknown): Checkpoint | null {
  if (stored === null || stored === undefined) return null;
  const parsed = checkpoint.safeParse(stored);
  if (parsed.success) return parsed.data;
  throw new Failure("internal", {
    internal: `a stored TikTok checkpoint does not parse: ${parsed.error.issues[0]?.path.join(".")}`,
  });
}

/** The checkpoint, which must be in `stage`. Throws `internal` otherwise. */
export function checkpointAt<Stage extends Checkpoint["stage"]>(stored: unknown, stage: Stage): CheckpointAt<Stage> {
  const parsed = parseCheckpoint(stored);
  if (parsed?.stage === stage) return parsed as CheckpointAt<Stage>;
  throw new Failure("internal", {
    internal: `the TikTok checkpoint is at ${parsed?.stage ?? "nothing"}, not at ${stage}`,
  });
}

/**
 * The chunk boundary that a reported position means; null when it means none. TikTok does not say whether it reports a
 * count or the last index (https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide, read 2026-11-22).
 * Never beyond the beginning of the last chunk: that one is sent under an intent or not at all.
 */
export function boundaryOf(plan: ChunkPlan, reported: number): number | null {
  const lastStart = (plan.count - 1) * plan.chunkBytes;
  const boundary = [reported, reported + 1].find((bytes) => bytes === plan.sizeBytes || bytes % plan.chunkBytes === 0);
  return boundary === undefined || boundary < 0 ? null : Math.min(boundary, lastStart);
}

/** When the status is asked again after `reads` reads: soon at first, then ever more rarely. Data. */
export const statusGapsMs = [5_000, 10_000, 20_000, 30_000, 60_000];
const patientGapMs = 5 * 60_000;
const patientAfterReads = 40;

export function statusGapMs(reads: number): number {
  if (reads >= patientAfterReads) return patientGapMs;
  return statusGapsMs[Math.min(reads, statusGapsMs.length - 1)] ?? patientGapMs;
}

/** When a public post's id is looked for again: moderation takes minutes as a rule, sometimes hours. Data. */
export const lookGapsMs = [20_000, 60_000, 2 * 60_000, 5 * 60_000, 15 * 60_000, 60 * 60_000];

export function lookGapMs(reads: number): number {
  return lookGapsMs[Math.min(reads, lookGapsMs.length - 1)] ?? 60 * 60_000;
}
