import type { ProgressView, PublicationOfPost, PublicationSummary, PublicationView } from "@reelay/contract";
import type { EventRow, PublicationRow } from "@reelay/database";
import { isCancelable, isEditable, type PublicationStatus } from "@reelay/domain";
import { failureView } from "../failure-view.ts";
import type { Language } from "../middleware/language.ts";

export function publicationSummary(row: PublicationRow): PublicationSummary {
  return {
    id: row.id,
    accountId: row.accountId,
    platform: row.platform,
    status: row.status,
    dueAt: row.dueAt.toISOString(),
  };
}

export function publicationOfPost(row: PublicationRow, language: Language): PublicationOfPost {
  return {
    ...publicationSummary(row),
    postId: row.postId,
    type: row.type,
    caption: row.caption,
    options: row.options as Record<string, unknown>,
    waitUntil: row.waitUntil?.toISOString() ?? null,
    waitReason: row.waitReason,
    editable: isEditable(row),
    cancelable: isCancelable(row),
    progress: progressView({ ...row, step: row.progressStep }),
    platformPostId: row.platformPostId,
    permalink: row.permalink,
    publishedAt: row.publishedAt?.toISOString() ?? null,
    failure: failureView(row.failure, language, row.status === "failed"),
  };
}

export function publicationView(row: PublicationRow, events: readonly EventRow[], language: Language): PublicationView {
  return { ...publicationOfPost(row, language), timeline: events.map(timelineEntry) };
}

export function timelineEntry(event: EventRow): PublicationView["timeline"][number] {
  return { at: event.at.toISOString(), type: event.type, detail: event.detail as Record<string, unknown> };
}

/** How far it is: the conversion while it is preparing, then the bytes. */
export function progressView(row: {
  status: PublicationStatus;
  step: string | null;
  bytesSent: number;
  bytesTotal: number | null;
  conversionPercent: number | null;
}): ProgressView {
  const { status, step, bytesSent, bytesTotal } = row;
  if (status === "preparing") return { step: "convert", bytesSent, bytesTotal, percent: row.conversionPercent };
  if (status === "published" || status === "delivered") return { step, bytesSent, bytesTotal, percent: 100 };
  const percent = bytesTotal ? Math.min(100, Math.floor((bytesSent / bytesTotal) * 100)) : null;
  return { step, bytesSent, bytesTotal, percent };
}
