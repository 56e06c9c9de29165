import { conversionFits, conversionTargets, slideshowOptions, stillOptions as stillRules } from "@reelay/domain";
import { z } from "zod";
import { utc } from "./text.ts";

/** How a still image becomes a video; rules and defaults are domain's. */
export const stillOptions = stillRules.meta({ id: "StillOptions" });

export const renditionRequest = z
  .strictObject({
    target: z.enum(conversionTargets),
    options: z
      .strictObject({
        still: stillOptions.prefault({}),
        fit: z.enum(conversionFits).default("pad").meta({
          description: "Used when the target does not take the picture's shape: bars are added, or its edges cut off.",
        }),
        slideshow: slideshowOptions
          .meta({
            id: "SlideshowOptions",
            description: "This image and others as one video; `still` says how large and how fast.",
          })
          .optional(),
      })
      .prefault({}),
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
    kind: z.enum(["video", "image"]).nullable().meta({ description: "null until the bytes are here" }),
    state: z.enum(["importing", "probing", "ready", "rejected", "expired"]),
    fileName: z.string(),
    contentType: z.string().nullable(),
    sizeBytes: z.number().nullable(),
    sha256: z.string().nullable(),
    url: z
      .string()
      .nullable()
      .meta({ description: "Opens these bytes to whoever has it, for one to two days; null until the media is ready" }),
    posterUrl: z.string().nullable().meta({ description: "A picture of a video, a JPEG, opened as `url` is" }),
    thumbnailUrl: z
      .string()
      .nullable()
      .meta({ description: "A small picture, at most 320 pixels wide and high, a JPEG" }),
    probe: z.record(z.string(), z.unknown()).nullable(),
    failure: failureView.nullable(),
    createdAt: utc,
  })
  .meta({ id: "Media" });
export type MediaView = z.output<typeof mediaView>;

export const mediaImport = z
  .strictObject({ url: z.string().meta({ description: "https, on a public host and the usual port" }) })
  .meta({ id: "MediaImport" });

export const uploadView = z
  .object({
    id: z.uuid(),
    state: z.enum(["receiving", "finished", "refused"]),
    offset: z.number(),
    sizeBytes: z.number(),
    mediaId: z.uuid().nullable(),
    failure: failureView.nullable(),
    createdAt: utc,
    expiresAt: utc,
  })
  .meta({ id: "Upload" });
export type UploadView = z.output<typeof uploadView>;

export const mediaList = z
  .object({ items: z.array(mediaView), nextCursor: z.string().nullable() })
  .meta({ id: "MediaList" });

export const planView = z
  .looseObject({
    kind: z.string().meta({ description: "pass, remux, transcode, still, slideshow, photo or impossible" }),
    reasons: z
      .array(z.object({ code: z.string(), message: z.string() }))
      .meta({ description: "Why the media does not fit as it is, in the language asked for" }),
  })
  .meta({ id: "ConversionPlan", description: "What is done to the media; its recipe stands beside the reasons" });
export type PlanView = z.output<typeof planView>;

export const renditionView = z
  .object({
    id: z.uuid(),
    mediaId: z.uuid(),
    target: z.string(),
    options: z.record(z.string(), z.unknown()),
    state: z.enum(["waiting_for_probe", "queued", "converting", "ready", "failed", "canceled"]),
    plan: planView.nullable(),
    progressPercent: z.number(),
    timeLeftMs: z.number().nullable().meta({ description: "Guessed while it is converted, else null" }),
    result: z
      .object({
        contentType: z.string(),
        sizeBytes: z.number(),
        sha256: z.string(),
        durationMs: z.number(),
        url: z.string().meta({ description: "Opens these bytes to whoever has it, for one to two days" }),
      })
      .nullable(),
    failure: failureView.nullable(),
    createdAt: utc,
  })
  .meta({ id: "Rendition" });
export type RenditionView = z.output<typeof renditionView>;
