import express, { type Router } from "express";
import { z } from "zod";
import { apiError, apiOk, type Answer } from "../answer.ts";
import { admit, isAnswer, presentedToken } from "../bearer.ts";
import { chunkProblem, type ChunkPlan } from "../chunk-rules.ts";
import { anyBody, jsonOf } from "../json-body.ts";
import { reachedCap } from "../posting-caps.ts";
import { serve } from "../serve.ts";
import type { World } from "../world.ts";
import type { SimAccount, Upload } from "../world-types.ts";
import { offeredPrivacy } from "./creator-info.ts";

const privacyLevels = ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY"] as const;
const optionalFlag = z.boolean().optional();
const postInfo = z.object({
  privacy_level: z.enum(privacyLevels),
  // TikTok counts UTF-16 units, so an emoji twice; zod's own `max` counts it once.
  title: z
    .string()
    .refine((title) => title.length <= 2_200)
    .optional(),
  disable_duet: optionalFlag,
  disable_stitch: optionalFlag,
  disable_comment: optionalFlag,
  video_cover_timestamp_ms: z.int().optional(),
  brand_content_toggle: optionalFlag,
  brand_organic_toggle: optionalFlag,
  is_aigc: optionalFlag,
});
type PostInfo = z.output<typeof postInfo>;
const sourceInfo = z.object({
  source: z.literal("FILE_UPLOAD"),
  video_size: z.int(),
  chunk_size: z.int(),
  total_chunk_count: z.int(),
});
const uploadLifeMs = 60 * 60_000;

/** `POST /v2/post/publish/video/init/`, FILE_UPLOAD. */
export function videoInitRoutes(world: World, uploadUrl: () => string): Router {
  const router = express.Router({ strict: true, caseSensitive: true });
  router.post("/v2/post/publish/video/init/", anyBody, async (request, response) => {
    const presented = presentedToken(request);
    const openId = world.tokens.grantOf(presented)?.openId ?? null;
    await serve(world, request, response, {
      occasion: { endpoint: "video_init", openId, chunk: null },
      presented,
      run: () => init(world, presented, jsonOf(request), uploadUrl()),
    });
  });
  return router;
}

async function init(world: World, token: string, body: unknown, uploadUrl: string): Promise<Answer> {
  const grant = admit(world, token, { endpoint: "video_init", scopes: ["video.publish"], perMinute: 6 });
  if (isAnswer(grant)) return grant;
  const account = world.accounts.get(grant.openId);
  if (!account) return apiError(world, 500, "internal_error", "");
  const asked = parse(body);
  if (typeof asked === "string") return apiError(world, 400, "invalid_params", asked);
  const problem = chunkProblem(asked.plan);
  if (problem !== null) {
    world.violate();
    return apiError(world, 400, "invalid_params", problem);
  }
  const refused = accountProblem(world, account, asked.post);
  if (refused) return refused;
  const upload = begin(world, account.openId, asked.post, asked.plan);
  await world.webhooks.tellBeforeInit(upload);
  const address = `${uploadUrl}/video/?upload_id=${upload.uploadId}&upload_token=${upload.uploadToken}`;
  return apiOk(world, { publish_id: upload.publishId, upload_url: address });
}

/** What is asked for, or the platform's message about it. */
function parse(body: unknown): { post: PostInfo; plan: ChunkPlan } | string {
  const given = z.object({ post_info: z.unknown(), source_info: z.unknown() }).safeParse(body);
  const post = postInfo.safeParse(given.data?.post_info);
  // Private branded content: not settled for the API; refused here so that our own rule is tested.
  if (!post.success || (post.data.brand_content_toggle === true && post.data.privacy_level === "SELF_ONLY"))
    return "The request post info is empty or incorrect";
  const source = sourceInfo.safeParse(given.data?.source_info);
  if (!source.success) return "The request source info is empty or incorrect";
  const { video_size: videoSize, chunk_size: chunkSize, total_chunk_count: totalChunkCount } = source.data;
  return { post: post.data, plan: { videoSize, chunkSize, totalChunkCount } };
}

/** Ban → unaudited rule → privacy options → daily caps. */
function accountProblem(world: World, account: SimAccount, post: PostInfo): Answer | null {
  const { audited } = world.app;
  if (account.blockedBy === "spam_risk_user_banned_from_posting") return apiError(world, 403, account.blockedBy, "");
  if (!audited && !(account.isPrivate && post.privacy_level === "SELF_ONLY")) {
    const code = "unaudited_client_can_only_post_to_private_accounts";
    return apiError(world, 403, code, "Please review our integration guidelines.");
  }
  if (!offeredPrivacy(account).includes(post.privacy_level))
    return apiError(world, 403, "privacy_level_option_mismatch", "Please adjust the privacy level.");
  const cap = account.blockedBy ?? reachedCap(world, account);
  return cap === null ? null : apiError(world, 403, cap, "The cap of the last 24 hours is reached.");
}

function begin(world: World, openId: string, post: PostInfo, plan: ChunkPlan): Upload {
  const upload: Upload = {
    publishId: `v_pub_file~v2-1.${world.random.digits(19)}`,
    uploadId: world.random.digits(19),
    uploadToken: `${world.random.text(8)}-${world.random.text(24)}`,
    openId,
    postInfo: post,
    sizeBytes: plan.videoSize,
    chunkBytes: plan.chunkSize,
    chunkCount: plan.totalChunkCount,
    createdAt: world.now(),
    expiresAt: world.now() + uploadLifeMs,
    acknowledgedBytes: 0,
    puts: [],
    status: "PROCESSING_UPLOAD",
    failReason: null,
    finishedAt: null,
    reads: 0,
    lagReads: 0,
  };
  world.uploads.set(upload.publishId, upload);
  world.changed();
  return upload;
}
