import type { RenditionView } from "@reelay/contract";
import type { RenditionRow } from "@reelay/database";
import { failureView } from "../failure-view.ts";
import type { Language } from "../middleware/language.ts";

export function renditionView(row: RenditionRow, language: Language): RenditionView {
  return {
    id: row.id,
    mediaId: row.mediaId,
    target: row.target,
    options: row.options as RenditionView["options"],
    state: row.state,
    plan: row.plan as RenditionView["plan"],
    progressPercent: row.progressPercent,
    result: resultOf(row),
    failure: failureView(row.failure, language, row.state === "failed"),
    createdAt: row.createdAt.toISOString(),
  };
}

function resultOf(row: RenditionRow): RenditionView["result"] {
  const { contentType, sizeBytes, sha256, durationMs } = row;
  if (row.state !== "ready" || contentType === null || sizeBytes === null || sha256 === null) return null;
  return { contentType, sizeBytes, sha256, durationMs: durationMs ?? 0 };
}
