import type { PublicationStatus } from "./publication.ts";

export const postStatuses = [
  "draft",
  "scheduled",
  "publishing",
  "published",
  "partial",
  "failed",
  "needs_review",
  "canceled",
] as const;
export type PostStatus = (typeof postStatuses)[number];

/** The one rule by which a post's status follows from its publications': what is open first, then what a person must see. */
export function postStatus(statuses: readonly PublicationStatus[]): PostStatus {
  const has = (...wanted: PublicationStatus[]) => statuses.some((status) => wanted.includes(status));
  const all = (...wanted: PublicationStatus[]) => statuses.every((status) => wanted.includes(status));
  if (statuses.length === 0 || has("draft")) return "draft";
  if (has("needs_review")) return "needs_review";
  if (has("uploading", "processing", "waiting")) return "publishing";
  if (has("preparing", "scheduled")) return has("published", "delivered", "failed") ? "publishing" : "scheduled";
  if (all("canceled")) return "canceled";
  const others = statuses.filter((status) => status !== "canceled");
  if (others.every((status) => status === "published" || status === "delivered")) return "published";
  return others.every((status) => status === "failed") ? "failed" : "partial";
}
