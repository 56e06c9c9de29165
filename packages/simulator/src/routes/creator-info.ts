import express, { type Router } from "express";
import { apiError, apiOk, type Answer } from "../answer.ts";
import { admit, grantOf, isAnswer, presentedToken } from "../bearer.ts";
import { serve } from "../serve.ts";
import type { World } from "../world.ts";
import type { SimAccount } from "../world-types.ts";

/** `creator_info/query` and `user/info`. */
export function creatorRoutes(world: World): Router {
  const router = express.Router({ strict: true, caseSensitive: true });
  router.post("/v2/post/publish/creator_info/query/", async (request, response) => {
    const presented = presentedToken(request);
    const openId = grantOf(world, presented)?.openId ?? null;
    await serve(world, request, response, {
      occasion: { endpoint: "creator_info", openId, chunk: null },
      presented,
      run: () => creatorInfo(world, presented),
    });
  });
  router.get("/v2/user/info/", async (request, response) => {
    const presented = presentedToken(request);
    const openId = grantOf(world, presented)?.openId ?? null;
    const fields = typeof request.query["fields"] === "string" ? request.query["fields"] : "";
    await serve(world, request, response, {
      occasion: { endpoint: "user_info", openId, chunk: null },
      presented,
      run: () => userInfo(world, presented, fields),
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
  if (account.blockedBy !== null) return apiError(world, 200, account.blockedBy, "");
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

const fieldScopes: Readonly<Record<string, string>> = {
  open_id: "user.info.basic",
  union_id: "user.info.basic",
  avatar_url: "user.info.basic",
  avatar_url_100: "user.info.basic",
  avatar_large_url: "user.info.basic",
  display_name: "user.info.basic",
  bio_description: "user.info.profile",
  profile_deep_link: "user.info.profile",
  is_verified: "user.info.profile",
  username: "user.info.profile",
  follower_count: "user.info.stats",
  following_count: "user.info.stats",
  likes_count: "user.info.stats",
  video_count: "user.info.stats",
};

function userInfo(world: World, token: string, fieldList: string): Answer {
  const grant = admit(world, token, { endpoint: "user_info", scopes: ["user.info.basic"], perMinute: 600 });
  if (isAnswer(grant)) return grant;
  const fields = fieldList.split(",").filter((field) => field !== "");
  if (fields.length === 0 || fields.some((field) => !(field in fieldScopes)))
    return apiError(world, 400, "invalid_params", "Fields are invalid.");
  if (fields.some((field) => !grant.scopes.includes(fieldScopes[field] ?? ""))) {
    return apiError(
      world,
      401,
      "scope_not_authorized",
      "The user did not authorize the scope required for completing this request.",
    );
  }
  const account = world.accounts.get(grant.openId);
  if (!account) return apiError(world, 500, "internal_error", "");
  const avatar = `https://p16-sign.tiktokcdn.test/avatar.jpeg?x-expires=${Math.floor(world.now() / 1000) + 7_200}`;
  const posted = world.posts.filter((post) => post.openId === grant.openId && post.postId !== null).length;
  const known: Record<string, unknown> = {
    open_id: account.openId,
    union_id: account.unionId,
    avatar_url: avatar,
    avatar_url_100: avatar,
    avatar_large_url: avatar,
    display_name: account.displayName,
    bio_description: "",
    profile_deep_link: `https://vm.tiktok.test/${account.username}`,
    is_verified: false,
    username: account.username,
    follower_count: 0,
    following_count: 0,
    likes_count: 0,
    video_count: posted,
  };
  return apiOk(world, { user: Object.fromEntries(fields.map((field) => [field, known[field]])) });
}
