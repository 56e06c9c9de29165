import type { MediaView } from "@reelay/contract";
import type { MediaRow } from "@reelay/database";
import { failureView } from "../failure-view.ts";
import type { Language } from "../middleware/language.ts";

export function mediaView(row: MediaRow, language: Language): MediaView {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    fileName: row.fileName,
    contentType: row.contentType,
    sizeBytes: row.sizeBytes,
    sha256: row.sha256,
    probe: row.probe as MediaView["probe"],
    failure: failureView(row.failure, language, false),
    createdAt: row.createdAt.toISOString(),
  };
}
