import { Failure, tiktokLimits } from "@reelay/domain";
import { z } from "zod";

/** Ids are text, also where TikTok sends them as numbers. */
const platformId = z.union([z.string().min(1), z.number()]).transform(String);
const text = z.string().optional().catch(undefined);
const bytes = z
  .union([z.number(), z.string().transform(Number)])
  .optional()
  .catch(undefined);

/** `log_id` on the wire, `logid` in the tables of the documentation. */
const apiError = z
  .object({ code: z.string().min(1), message: text, log_id: text, logid: text })
  .transform(({ code, message, log_id, logid }) => ({ code, message, logId: log_id ?? logid }));

// On failure `data` may be missing.
export const apiEnvelope = z.object({ error: apiError, data: z.unknown().optional() });
export const oauthError = z.object({ error: z.string().min(1), error_description: text, log_id: text });

export const tokenAnswer = z.object({
  open_id: z.string().min(1),
  scope: z.string().transform((scopes) =>
    scopes
      .split(",")
      .map((scope) => scope.trim())
      .filter(Boolean),
  ),
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
  refresh_token: z.string().min(1),
  refresh_expires_in: z.number().positive(),
});

export const creatorInfo = z.object({
  creator_avatar_url: z.string().nullish(),
  creator_username: z.string().min(1),
  creator_nickname: z.string(),
  privacy_level_options: z.array(z.string()),
  comment_disabled: z.boolean(),
  duet_disabled: z.boolean(),
  stitch_disabled: z.boolean(),
  max_video_post_duration_sec: z.number().positive(),
});

const maxInt64 = 9_223_372_036_854_775_807n;
/** An int64 of TikTok's; null where it was left out or is none: unknown. */
const figure = z
  .union([z.int().nonnegative(), z.string().regex(/^\d{1,19}$/)])
  .transform((value) => BigInt(value))
  .refine((value) => value <= maxInt64)
  .nullable()
  .catch(null);

export const userInfo = z.object({
  user: z.object({
    open_id: z.string().min(1),
    union_id: text,
    avatar_url: text,
    display_name: text,
    username: text,
    follower_count: figure,
    following_count: figure,
    likes_count: figure,
    video_count: figure,
  }),
});

const listedVideo = z.object({
  id: platformId,
  create_time: z.int().positive(),
  cover_image_url: text,
  share_url: text,
  video_description: text,
  title: text,
  duration: z.int().nonnegative().optional().catch(undefined),
  view_count: figure,
  like_count: figure,
  comment_count: figure,
  share_count: figure,
});
export type ListedVideo = z.output<typeof listedVideo>;

export const videoList = z.object({
  videos: z
    .array(listedVideo)
    .nullish()
    .transform((videos) => videos ?? []),
  cursor: z.int().nonnegative().transform(String).optional().catch(undefined),
  has_more: z.boolean(),
});

export const videoInit = z.object({ publish_id: z.string().min(1), upload_url: z.string().min(1) });

// "publicaly" is TikTok's own spelling; other statuses than the documented ones mean that we keep asking.
export const publishStatus = z.object({
  status: z.string().min(1),
  fail_reason: text,
  publicaly_available_post_id: z.array(platformId).nullish(),
  publicly_available_post_id: z.array(platformId).nullish(),
  uploaded_bytes: bytes,
});
export type PublishStatus = z.infer<typeof publishStatus>;

/** Options of a TikTok video target as the API stored them; omitted ones mean what the API's documentation says. */
export const videoOptions = z.object({
  privacyLevel: z.enum(tiktokLimits.privacyLevels),
  disableComment: z.boolean().default(true),
  disableDuet: z.boolean().default(true),
  disableStitch: z.boolean().default(true),
  brandOrganicToggle: z.boolean().default(false),
  brandContentToggle: z.boolean().default(false),
  isAigc: z.boolean().default(false),
  videoCoverTimestampMs: z.number().optional(),
});

/** Parses what TikTok sent. Throws `platform_contract_broken`, naming the fields and none of their values. */
export function parseAnswer<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => `${issue.path.join(".")} (${issue.code})`).join(", ");
  throw new Failure("platform_contract_broken", { internal: `TikTok's ${what} lacks ${fields}` });
}
