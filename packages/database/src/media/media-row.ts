import { Prisma } from "../generated/client.ts";

/** `importing`: kind, type, size and digest are placeholders. `expired`: its bytes were removed, nobody having used them. */
export type MediaState = "importing" | "probing" | "ready" | "rejected" | "expired";
export type RenditionState = "waiting_for_probe" | "queued" | "converting" | "ready" | "failed" | "canceled";

export interface MediaRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly kind: "image" | "video";
  readonly state: MediaState;
  readonly fileName: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Null before the bytes are here (importing) and once they are gone (rejected, expired). */
  readonly storageKey: string | null;
  /** As stored by the probe; parsed by who reads it. */
  readonly probe: unknown;
  readonly failure: unknown;
  /** Small pictures of it, JPEGs; null where none could be made. */
  readonly posterStorageKey: string | null;
  readonly thumbnailStorageKey: string | null;
  readonly createdAt: Date;
}

export interface RenditionRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly mediaId: string;
  readonly target: string;
  readonly options: unknown;
  readonly optionsDigest: string;
  readonly plan: unknown;
  readonly state: RenditionState;
  readonly progressPercent: number;
  /** Guessed while it is converted, else null. */
  readonly timeLeftMs: number | null;
  readonly storageKey: string | null;
  readonly contentType: string | null;
  readonly sizeBytes: number | null;
  readonly sha256: string | null;
  readonly durationMs: number | null;
  readonly failure: unknown;
  readonly createdAt: Date;
}

export const mediaColumns = Prisma.sql`m.id, m.workspace_id as "workspaceId", m.kind, m.state, m.file_name as "fileName",
  m.content_type as "contentType", m.size_bytes as "sizeBytes", m.sha256, m.storage_key as "storageKey", m.probe, m.failure,
  m.poster_storage_key as "posterStorageKey", m.thumbnail_storage_key as "thumbnailStorageKey",
  m.created_at as "createdAt"`;

export const renditionColumns = Prisma.sql`r.id, r.workspace_id as "workspaceId", r.media_id as "mediaId", r.target, r.options,
  r.options_digest as "optionsDigest", r.plan, r.state, r.progress_percent as "progressPercent", r.time_left_ms as "timeLeftMs", r.storage_key as "storageKey",
  r.content_type as "contentType", r.size_bytes as "sizeBytes", r.sha256, r.duration_ms as "durationMs", r.failure,
  r.created_at as "createdAt"`;

export type RawMedia = Omit<MediaRow, "sizeBytes"> & { sizeBytes: bigint };
export type RawRendition = Omit<RenditionRow, "sizeBytes"> & { sizeBytes: bigint | null };

export function mediaOf(raw: RawMedia): MediaRow {
  return { ...raw, sizeBytes: Number(raw.sizeBytes) };
}

export function renditionOf(raw: RawRendition): RenditionRow {
  return { ...raw, sizeBytes: raw.sizeBytes === null ? null : Number(raw.sizeBytes) };
}
