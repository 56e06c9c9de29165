import { librarySorts } from "@reelay/domain";
import { z } from "zod";
import { instant, text, utc } from "./text.ts";

const figure = z.number().nullable();
/** Null: the platform did not tell, which is not 0. */
const figures = { views: figure, likes: figure, comments: figure, shares: figure };

export const libraryPost = z
  .object({
    id: z.uuid(),
    platform: z.enum(["tiktok", "instagram"]),
    accountId: z.uuid(),
    platformPostId: z.string().meta({ description: "the platform's id, often beyond 2^53: text" }),
    publicationId: z.uuid().nullable().meta({ description: "the publication of ours that it came from" }),
    type: z.string(),
    caption: z.string(),
    permalink: z.string().nullable(),
    coverUrl: z
      .string()
      .nullable()
      .meta({ description: "served by us; good for one to two days, in any browser that it is given to" }),
    durationMs: z.number().nullable(),
    ...figures,
    publishedAt: utc,
    syncedAt: utc,
    disappearedAt: utc.nullable().meta({ description: "when the platform no longer listed it" }),
  })
  .meta({ id: "LibraryPost" });
export type LibraryPost = z.output<typeof libraryPost>;

export const libraryPage = z
  .object({ items: z.array(libraryPost), nextCursor: z.string().nullable() })
  .meta({ id: "LibraryPage" });
export type LibraryPage = z.output<typeof libraryPage>;

export const libraryPostDetail = libraryPost
  .extend({ history: z.array(z.object({ at: utc, ...figures })) })
  .meta({ id: "LibraryPostDetail" });
export type LibraryPostDetail = z.output<typeof libraryPostDetail>;

export const libraryFilter = z.strictObject({
  platform: z.enum(["tiktok", "instagram"]).optional(),
  accountId: z.guid({ error: "is not an id" }).optional(),
  q: text({ max: 100 })
    .refine((value) => /[^\s\u0300-\u036f]/u.test(value), { error: "must hold something to look for" })
    .optional()
    .meta({ description: "found anywhere in the caption, in either case, with or without accents" }),
  from: instant.optional().meta({ description: "published at or after" }),
  to: instant.optional().meta({ description: "published before" }),
  includeDisappeared: z
    .enum(["true", "false"])
    .default("false")
    .meta({ description: "also those that the platform no longer lists" }),
  sort: z
    .enum(librarySorts)
    .default("newest")
    .meta({ description: "by time, or by a figure from the highest; unknown figures come last" }),
});

export const coverAccess = z.object({
  access: z
    .string()
    .optional()
    .meta({ description: "as given in `coverUrl`; without it a key or a session is needed" }),
});
