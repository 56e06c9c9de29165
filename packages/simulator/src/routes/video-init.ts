import express, { type Router } from "express";
import { z } from "zod";
import { apiError, apiOk, type Answer } from "../answer.ts";
import { admit, grantOf, isAnswer, presentedToken } from "../bearer.ts";
import { chunkProblem } from "../chunk-rules.ts";
import { serve } from "../serve.ts";
import type { World } from "../world.ts";
import type { SimAccount, Upload } from "../world-types.ts";
import { offeredPrivacy } from "./creator-info.ts";

const privacyLevels = ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY"] as const;
const optionalFlag = z.boolean().optional();
const postInfo = z.object({
  privacy_level: z.enum(privacyLevels),
  // An emoji counts twice: JavaScript's length is UTF-16 units, as TikTok's is.
  title: z.string().max(2_200).optional(),
  disable_duet: optionalFlag,
  disable_stitch: optionalFlag,
  disable_comment: optionalFlag,
  video_cover_timestamp_ms: z.int().optional(),
  brand_content_toggle: optionalFlag,
  brand_organic_toggle: optionalFlag,
  is_aigc: optionalFlag,
});
const sourceInfo = z.object({
  source: z.literal("FILE_UPLOAD"),
  video_size: z.int(),
  chunk_size: z.int(),
  total_chunk_count: z.int(),
});
const dayMs = 24 * 60 * 60_000;
const postsPerDay = 15;
const uploadLifeMs = 60 * 60_000;

/** `POST /v2/post/publish/video/init/`, FILE_UPLOAD. */
export function videoInitRoutes(world: World, uploadUrl: () => string): Router {
  const router = express.Router({ strict: true, caseSensitive: true });
  router.post("/v2/post/publish/video/init/", express.json({ limit: "256kb" }), async (request, response) => {
    const presented = presentedToken(request);
    const openId = grantOf(world, presented)?.openId ?? null;
    await serve(world, request, response, {
      occasion: { endpoint: "video_init", openId, chunk: null },
      presented,
      run: () => init(world, presented, request.body, uploadUrl()),
    });
  });
  return router;
}

function init(world: World, token: string, body: unknown, uploadUrl: string): Answer {
  const grant = admit(world, token, { endpoint: "video_init", scopes: ["video.publish"], perMinute: 6 });
  if (isAnswer(grant)) return grant;
  const account = world.accounts.get(grant.openId);
  if (!account) return apiError(world, 500, "internal_error", "");
  const given = z.object({ post_info: z.unknown(), source_info: z.unknown() }).safeParse(body);
  const post = postInfo.safeParse(given.data?.post_info);
  if (!post.success) return apiError(world, 400, "invalid_params", "The request post info is empty or incorrect");
  const source = sourceInfo.safeParse(given.data?.source_info);
  if (!source.success) return apiError(world, 400, "invalid_params", "The request source info is empty or incorrect");
  const { video_size: videoSize, chunk_size: chunkSize, total_chunk_count: totalChunkCount } = source.data;
  const problem = chunkProblem({ videoSize, chunkSize, totalChunkCount });
  if (problem !== null) {
    world.violate();
    return apiError(world, 400, "invalid_params", problem);
  }
  const refused = accountProblem(world, account, post.data);
  if (refused) return refused;
  const upload = begin(world, account.openId, post.data, { videoSize, chunkSize, totalChunkCount });
  const address = `${uploadUrl}/video/?upload_id=${upload.uploadId}&upload_token=${upload.uploadToken}`;
  return apiOk(world, { publish_id: upload.publishId, upload_url: address });
}

function accountProblem(world: World, account: SimAccount, post: z.output<typeof postInfo>): Answer | null {
  if (account.blockedBy !== null) return apiError(world, 403, account.blockedBy, "");
  if (!world.app.audited && !account.isPrivate) {
    return apiError(
      world,
      403,
      "unaudited_client_can_only_post_to_private_accounts",
      "Please review our integration guidelines.",
    );
  }
  if (!world.app.audited && post.privacy_level !== "SELF_ONLY") {
    return apiError(
      world,
      403,
      "unaudited_client_can_only_post_to_private_accounts",
      "Please review our integration guidelines.",
    );
  }
  if (!offeredPrivacy(account).includes(post.privacy_level)) {
    return apiError(world, 403, "privacy_level_option_mismatch", "Please adjust the privacy level.");
  }
  if (post.brand_content_toggle === true && post.privacy_level === "SELF_ONLY") {
    return apiError(world, 400, "invalid_params", "The request post info is empty or incorrect");
  }
  const recent = world.posts.filter(
    (other) => other.openId === account.openId && other.createdAt > world.now() - dayMs,
  );
  if (!world.app.liftLimits && recent.length >= postsPerDay)
    return apiError(world, 403, "spam_risk_too_many_posts", "The daily post cap is reached.");
  return null;
}

function begin(
  world: World,
  openId: string,
  post: z.output<typeof postInfo>,
  plan: { videoSize: number; chunkSize: number; totalChunkCount: number },
): Upload {
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
