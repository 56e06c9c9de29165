import express, { type Router } from "express";
import { apiError, apiOk, type Answer } from "../answer.ts";
import { admit, isAnswer, presentedToken } from "../bearer.ts";
import { reachedCap } from "../posting-caps.ts";
import { serve } from "../serve.ts";
import type { World } from "../world.ts";
import type { SimAccount } from "../world-types.ts";

/** `POST /v2/post/publish/creator_info/query/`: what this creator may do now. */
export function creatorInfoRoutes(world: World): Router {
  const router = express.Router({ strict: true, caseSensitive: true });
  router.post("/v2/post/publish/creator_info/query/", async (request, response) => {
    const presented = presentedToken(request);
    const openId = world.tokens.grantOf(presented)?.openId ?? null;
    await serve(world, request, response, {
      occasion: { endpoint: "creator_info", openId, chunk: null },
      presented,
      run: () => creatorInfo(world, presented),
    });
  });
  return router;
}

function creatorInfo(world: World, token: string): Answer {
  const grant = admit(world, token, { endpoint: "creator_info", scopes: ["video.publish"], perMinute: 20 });
  if (isAnswer(grant)) return grant;
  const account = world.accounts.get(grant.openId);
  if (!account) return apiError(world, 500, "internal_error", "");
  // Caps and bans are told with HTTP 200 here, on purpose.
  const blocked = account.blockedBy ?? reachedCap(world, account);
  if (blocked !== null) return apiError(world, 200, blocked, "");
  return apiOk(world, {
    stitch_disabled: account.isPrivate || account.stitchDisabled,
    creator_username: account.username,
    creator_nickname: account.displayName,
    creator_avatar_url: `https://p16-sign.tiktokcdn.test/avatar.jpeg?x-expires=${Math.floor(world.now() / 1000) + 7_200}`,
    comment_disabled: account.commentDisabled,
    duet_disabled: account.isPrivate || account.duetDisabled,
    max_video_post_duration_sec: account.maxVideoDurationSec,
    privacy_level_options: offeredPrivacy(account),
  });
}

/** What this creator may choose. */
export function offeredPrivacy(account: SimAccount): string[] {
  if (account.privacyLevelOptions) return account.privacyLevelOptions;
  return account.isPrivate
    ? ["FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]
    : ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"];
}
