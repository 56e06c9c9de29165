import { Prisma } from "../generated/client.ts";

export type MediaState = "probing" | "ready" | "rejected";
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
  /** Null once the bytes are gone (rejected). */
  readonly storageKey: string | null;
  /** As stored by the probe; parsed by who reads it. */
  readonly probe: unknown;
  readonly failure: unknown;
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
  m.created_at as "createdAt"`;

export const renditionColumns = Prisma.sql`r.id, r.workspace_id as "workspaceId", r.media_id as "mediaId", r.target, r.options,
  r.options_digest as "optionsDigest", r.plan, r.state, r.progress_percent as "progressPercent", r.storage_key as "storageKey",
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
