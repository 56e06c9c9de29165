import { publicationStatuses, waitReasons } from "@reelay/domain";
import { z } from "zod";
import { failureView } from "./media.ts";
import { text, utc } from "./text.ts";

export const resolveRequest = z
  .discriminatedUnion("outcome", [
    z.strictObject({ outcome: z.literal("published"), platformPostId: text({ min: 1, max: 100 }).optional() }),
    z.strictObject({ outcome: z.literal("not_published"), thenRetry: z.boolean().default(false) }),
  ])
  .meta({ id: "ResolveRequest" });
export type ResolveRequest = z.output<typeof resolveRequest>;

/** Body of the verbs that take none. */
export const emptyRequest = z.strictObject({});

export const progressView = z
  .object({
    step: z.string().nullable(),
    bytesSent: z.number(),
    bytesTotal: z.number().nullable(),
    percent: z.number().nullable(),
  })
  .meta({ id: "Progress" });
export type ProgressView = z.output<typeof progressView>;

export const timelineEntry = z
  .object({ at: utc, type: z.string(), detail: z.record(z.string(), z.unknown()) })
  .meta({ id: "TimelineEntry" });

export const publicationSummary = z
  .object({
    id: z.uuid(),
    accountId: z.uuid(),
    platform: z.string(),
    status: z.enum(publicationStatuses),
    dueAt: utc,
  })
  .meta({ id: "PublicationSummary" });
export type PublicationSummary = z.output<typeof publicationSummary>;

const publicationCore = publicationSummary.extend({
  postId: z.uuid(),
  type: z.string(),
  caption: z.string(),
  options: z.record(z.string(), z.unknown()),
  waitUntil: utc.nullable(),
  waitReason: z.enum(waitReasons).nullable(),
  editable: z.boolean(),
  cancelable: z.boolean(),
  progress: progressView,
  platformPostId: z.string().nullable(),
  permalink: z.string().nullable(),
  publishedAt: utc.nullable(),
  failure: failureView.nullable(),
});
export const publicationOfPost = publicationCore.meta({ id: "PublicationOfPost" });
export type PublicationOfPost = z.output<typeof publicationOfPost>;

export const publicationView = publicationCore.extend({ timeline: z.array(timelineEntry) }).meta({ id: "Publication" });
export type PublicationView = z.output<typeof publicationView>;
