import { postStatuses, tiktokLimits } from "@reelay/domain";
import { z } from "zod";
import { stillOptions } from "./media.ts";
import { publicationOfPost, publicationSummary } from "./publications.ts";
import { idText, instant, text, utc } from "./text.ts";

export const tiktokVideoOptions = z
  .strictObject({
    type: z.literal("tiktok_video"),
    mode: z.literal("direct").default("direct"),
    privacyLevel: z
      .enum(tiktokLimits.privacyLevels)
      .optional()
      .meta({ description: "Required and never defaulted: leaving it out is 422 privacy_level_required." }),
    disableComment: z.boolean().default(true),
    disableDuet: z.boolean().default(true),
    disableStitch: z.boolean().default(true),
    brandOrganicToggle: z.boolean().default(false),
    brandContentToggle: z.boolean().default(false),
    isAigc: z.boolean().default(false),
    videoCoverTimestampMs: z.int().min(0).max(tiktokLimits.video.maxDurationMs).optional(),
    still: stillOptions.prefault({}),
  })
  .meta({ id: "TiktokVideoOptions" });

export const targetOptions = z.discriminatedUnion("type", [tiktokVideoOptions]).meta({ id: "TargetOptions" });
export type TargetOptions = z.output<typeof targetOptions>;

export const consent = z
  .strictObject({
    at: z.iso.datetime({ offset: true, error: "must be an RFC 3339 time with a zone" }),
    by: text({ min: 1, max: 200 }),
    musicUsage: z.boolean(),
    brandedContent: z.boolean().default(false),
  })
  .meta({ id: "Consent" });

// A caption's length is a rule of the platform (422), so only the request's size bounds it here.
const caption = z.string();
const mediaIds = z.array(idText).max(35);

export const latePolicy = z
  .strictObject({
    action: z.enum(["publish", "fail", "ask"]),
    afterMs: z
      .int()
      .min(60_000)
      .max(31 * 24 * 60 * 60_000),
  })
  .meta({
    id: "LatePolicy",
    description: "What to do when our own outage or a limit makes the post late by `afterMs`.",
  });
export type LatePolicy = z.output<typeof latePolicy>;

const target = z.strictObject({
  accountId: idText,
  caption: caption.optional(),
  options: targetOptions,
  consent: consent.optional(),
});

export const postRequest = z
  .strictObject({
    caption: caption.default(""),
    media: mediaIds,
    scheduledAt: instant.nullable().default(null),
    latePolicy: latePolicy.nullable().default(null),
    targets: z.array(target).min(1).max(50),
  })
  .meta({ id: "PostRequest" });
export type PostRequest = z.output<typeof postRequest>;

export const tiktokPostRequest = postRequest
  .extend({ targets: z.array(target).length(1) })
  .meta({ id: "TiktokPostRequest" });

/** Absent fields stay as they are; `scheduledAt: null` means now. */
export const postEdit = z
  .strictObject({
    caption: caption.optional(),
    media: mediaIds.optional(),
    scheduledAt: instant.nullable().optional(),
    latePolicy: latePolicy.nullable().optional(),
    targets: z
      .array(
        z.strictObject({
          accountId: idText,
          caption: caption.optional(),
          options: targetOptions.optional(),
          consent: consent.optional(),
        }),
      )
      .max(50)
      .optional(),
  })
  .meta({ id: "PostEdit" });
export type PostEdit = z.output<typeof postEdit>;

export const acceptedPost = z
  .object({ id: z.uuid(), status: z.enum(postStatuses), publications: z.array(publicationSummary) })
  .meta({ id: "AcceptedPost" });
export type AcceptedPost = z.output<typeof acceptedPost>;

export const postView = z
  .object({
    id: z.uuid(),
    status: z.enum(postStatuses),
    caption: z.string(),
    media: z.array(z.uuid()),
    scheduledAt: utc.nullable(),
    latePolicy: latePolicy.nullable(),
    createdAt: utc,
    updatedAt: utc,
    publications: z.array(publicationOfPost),
  })
  .meta({ id: "Post" });
export type PostView = z.output<typeof postView>;

export const postList = z
  .object({ items: z.array(postView), nextCursor: z.string().nullable() })
  .meta({ id: "PostList" });

export const canceledPost = postView
  .extend({
    canceled: z.array(z.uuid()),
    notCanceled: z.array(
      z.object({
        publicationId: z.uuid(),
        accountId: z.uuid(),
        status: z.string(),
        code: z.string(),
        message: z.string(),
      }),
    ),
  })
  .meta({ id: "CanceledPost" });
export type CanceledPost = z.output<typeof canceledPost>;
