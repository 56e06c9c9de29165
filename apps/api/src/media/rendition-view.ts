import type { RenditionView } from "@reelay/contract";
import type { RenditionRow } from "@reelay/database";
import type { MediaAddresses } from "@reelay/storage";
import { failureView } from "../failure-view.ts";
import type { Language } from "../middleware/language.ts";
import { planView } from "./plan-view.ts";

export function renditionView(row: RenditionRow, language: Language, addresses: MediaAddresses): RenditionView {
  return {
    id: row.id,
    mediaId: row.mediaId,
    target: row.target,
    options: row.options as RenditionView["options"],
    state: row.state,
    plan: planView(row.plan, language),
    progressPercent: row.progressPercent,
    timeLeftMs: row.timeLeftMs,
    result: resultOf(row, addresses),
    failure: failureView(row.failure, language, row.state === "failed"),
    createdAt: row.createdAt.toISOString(),
  };
}

function resultOf(row: RenditionRow, addresses: MediaAddresses): RenditionView["result"] {
  const { contentType, sizeBytes, sha256, durationMs } = row;
  if (row.state !== "ready" || contentType === null || sizeBytes === null || sha256 === null) return null;
  const url = addresses.addressOf({ kind: "renditions", id: row.id, workspaceId: row.workspaceId, contentType });
  return { contentType, sizeBytes, sha256, durationMs: durationMs ?? 0, url };
}
