import type { UploadView } from "@reelay/contract";
import type { UploadRow } from "@reelay/database";
import { failureView } from "../failure-view.ts";
import type { Language } from "../middleware/language.ts";

export function uploadView(row: UploadRow, offset: number, language: Language): UploadView {
  return {
    id: row.id,
    state: row.state === "open" ? "receiving" : row.state,
    offset: row.state === "open" ? offset : row.sizeBytes,
    sizeBytes: row.sizeBytes,
    mediaId: row.mediaId,
    failure: failureView(row.failure, language, false),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  };
}
