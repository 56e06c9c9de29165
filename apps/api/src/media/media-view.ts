import type { MediaView } from "@reelay/contract";
import type { MediaRow } from "@reelay/database";
import type { MediaAddresses } from "@reelay/storage";
import { failureView } from "../failure-view.ts";
import type { Language } from "../middleware/language.ts";

export function mediaView(row: MediaRow, language: Language, addresses: MediaAddresses): MediaView {
  // Before there are bytes, kind, type, size and digest are placeholders.
  const isKnown = row.sha256 !== "";
  return {
    id: row.id,
    kind: isKnown ? row.kind : null,
    state: row.state,
    fileName: row.fileName,
    contentType: isKnown ? row.contentType : null,
    sizeBytes: isKnown ? row.sizeBytes : null,
    sha256: isKnown ? row.sha256 : null,
    url: row.state === "ready" ? addresses.addressOf({ ...row, kind: "sources" }) : null,
    posterUrl: row.posterStorageKey === null ? null : pictureUrl(row, "posters", addresses),
    thumbnailUrl: row.thumbnailStorageKey === null ? null : pictureUrl(row, "thumbnails", addresses),
    probe: row.probe as MediaView["probe"],
    failure: failureView(row.failure, language, false),
    createdAt: row.createdAt.toISOString(),
  };
}

function pictureUrl(row: MediaRow, kind: "posters" | "thumbnails", addresses: MediaAddresses): string {
  return addresses.addressOf({ kind, id: row.id, workspaceId: row.workspaceId, contentType: "image/jpeg" });
}
