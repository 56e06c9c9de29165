import type { PostingRows, PublicationMedia, RenditionRow } from "@reelay/database";
import { decideRendition } from "./decide-rendition.ts";
import { join, type PlannedTarget } from "./plan-target.ts";
import { renditionWish } from "./rendition-wish.ts";
import { fieldProblem, refuse } from "./request-problem.ts";

export interface EnsuredRenditions {
  readonly media: readonly PublicationMedia[];
  readonly becomes: "preparing" | "scheduled" | "waiting";
  /** Renditions whose conversion should be enqueued after the commit. */
  readonly convert: readonly string[];
}

/**
 * Makes sure of the renditions a target sends, locks them, and says what the publication becomes by them. Throws
 * `conversion_impossible` when the media can never be what the platform accepts.
 */
export async function ensureRenditions(
  rows: PostingRows,
  target: PlannedTarget,
  now: Date,
): Promise<EnsuredRenditions> {
  const renditions: RenditionRow[] = [];
  const convert: string[] = [];
  for (const media of target.media) {
    const ensured = await rows.ensureRendition(media, renditionWish(target.options, media), decideRendition);
    renditions.push(ensured.rendition);
    if (ensured.convert) convert.push(ensured.rendition.id);
  }
  const failed = renditions.some((rendition) => rendition.state === "failed");
  if (failed) refuse([fieldProblem(join(target.path, "options"), "conversion_impossible")]);
  const ready = renditions.every((rendition) => rendition.state === "ready");
  return {
    media: renditions.map((rendition) => ({ mediaId: rendition.mediaId, renditionId: rendition.id })),
    becomes: !ready ? "preparing" : target.dueAt > now ? "scheduled" : "waiting",
    convert,
  };
}
