import { conversionTargets, stillOptions as stillRules } from "@reelay/domain";
import { z } from "zod";
import { utc } from "./text.ts";

/** How a still image becomes a video; rules and defaults are domain's. */
export const stillOptions = stillRules.meta({ id: "StillOptions" });

export const renditionRequest = z
  .strictObject({
    target: z.enum(conversionTargets),
    options: z.strictObject({ still: stillOptions.prefault({}) }).prefault({}),
  })
  .meta({ id: "RenditionRequest" });
export type RenditionRequest = z.output<typeof renditionRequest>;

export const failureView = z
  .object({
    code: z.string(),
    who: z.enum(["nobody", "caller", "creator", "operator", "maintainer"]),
    message: z.string(),
    hint: z.string().nullable(),
    platformCode: z.string().nullable(),
    platformLogId: z.string().nullable(),
    retryable: z.boolean(),
  })
  .meta({ id: "FailureView" });
export type FailureView = z.output<typeof failureView>;

export const mediaView = z
  .object({
    id: z.uuid(),
    kind: z.enum(["video", "image"]),
    state: z.enum(["probing", "ready", "rejected"]),
    fileName: z.string(),
    contentType: z.string(),
    sizeBytes: z.number(),
    sha256: z.string(),
    probe: z.record(z.string(), z.unknown()).nullable(),
    failure: failureView.nullable(),
    createdAt: utc,
  })
  .meta({ id: "Media" });
export type MediaView = z.output<typeof mediaView>;

export const mediaList = z
  .object({ items: z.array(mediaView), nextCursor: z.string().nullable() })
  .meta({ id: "MediaList" });

export const renditionView = z
  .object({
    id: z.uuid(),
    mediaId: z.uuid(),
    target: z.string(),
    options: z.record(z.string(), z.unknown()),
    state: z.enum(["waiting_for_probe", "queued", "converting", "ready", "failed", "canceled"]),
    plan: z.record(z.string(), z.unknown()).nullable(),
    progressPercent: z.number(),
    result: z
      .object({ contentType: z.string(), sizeBytes: z.number(), sha256: z.string(), durationMs: z.number() })
      .nullable(),
    failure: failureView.nullable(),
    createdAt: utc,
  })
  .meta({ id: "Rendition" });
export type RenditionView = z.output<typeof renditionView>;
