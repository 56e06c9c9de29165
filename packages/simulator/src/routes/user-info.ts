import express, { type Router } from "express";
import { apiError, apiOk, type Answer } from "../answer.ts";
import { admit, isAnswer, presentedToken, scopeNotAuthorized } from "../bearer.ts";
import { serve } from "../serve.ts";
import type { World } from "../world.ts";
import type { SimAccount } from "../world-types.ts";

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

/** `GET /v2/user/info/?fields=…` */
export function userInfoRoutes(world: World): Router {
  const router = express.Router({ strict: true, caseSensitive: true });
  router.get("/v2/user/info/", async (request, response) => {
    const presented = presentedToken(request);
    const openId = world.tokens.grantOf(presented)?.openId ?? null;
    const fields = typeof request.query["fields"] === "string" ? request.query["fields"] : "";
    await serve(world, request, response, {
      occasion: { endpoint: "user_info", openId, chunk: null },
      presented,
      run: () => userInfo(world, presented, fields),
    });
  });
  return router;
}

function userInfo(world: World, token: string, fieldList: string): Answer {
  const grant = admit(world, token, {
    endpoint: "user_info",
    scopes: ["user.info.basic"],
    perMinute: 600,
    window: "app",
  });
  if (isAnswer(grant)) return grant;
  const fields = fieldList.split(",").filter((field) => field !== "");
  if (fields.length === 0 || fields.some((field) => !Object.hasOwn(fieldScopes, field)))
    return apiError(world, 400, "invalid_params", "Fields are invalid.");
  if (fields.some((field) => !grant.scopes.includes(fieldScopes[field] ?? ""))) return ungranted(world);
  const account = world.accounts.get(grant.openId);
  if (!account) return apiError(world, 500, "internal_error", "");
  const known = fieldsOf(world, account);
  return apiOk(world, { user: Object.fromEntries(fields.map((field) => [field, known[field]])) });
}

/** Which of the two it is on the real platform is not settled. */
function ungranted(world: World): Answer {
  if (world.app.ungrantedFieldStatus === 401) return scopeNotAuthorized(world);
  return apiError(world, 400, "scope_permission_missed", "Some fields need additional scopes.");
}

function fieldsOf(world: World, account: SimAccount): Readonly<Record<string, unknown>> {
  const avatar = `https://p16-sign.tiktokcdn.test/avatar.jpeg?x-expires=${Math.floor(world.now() / 1000) + 7_200}`;
  world.videos.adopt(world.posts, account.openId);
  const videos = world.videos.of(account.openId).filter(({ isPublic }) => isPublic);
  return {
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
    follower_count: account.followers,
    following_count: account.following,
    likes_count: videos.reduce((sum, { likes }) => sum + (likes ?? 0), 0),
    video_count: videos.length,
  };
}
