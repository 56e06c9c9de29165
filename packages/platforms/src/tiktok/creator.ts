import type { AccountProfile, CreatorOptions, Journal } from "../platform.ts";
import { callApi } from "./call-api.ts";
import { callTimeoutsMs, type TiktokConnection } from "./connection.ts";
import { creatorInfo, userInfo } from "./schemas.ts";

/** What the creator may post right now. A reached cap or a ban is thrown, though TikTok answers it with 200. */
export async function readCreatorInfo(
  connection: TiktokConnection,
  accessToken: string,
  signal: AbortSignal,
): Promise<{ options: CreatorOptions; journal: Journal }> {
  const { data, journal } = await callApi(connection, {
    path: "/v2/post/publish/creator_info/query/",
    accessToken,
    schema: creatorInfo,
    timeoutMs: connection.times.callTimeout(callTimeoutsMs.read),
    signal,
  });
  const options = {
    handle: data.creator_username,
    displayName: data.creator_nickname,
    avatarUrl: data.creator_avatar_url ?? null,
    privacyLevels: data.privacy_level_options,
    commentDisabled: data.comment_disabled,
    duetDisabled: data.duet_disabled,
    stitchDisabled: data.stitch_disabled,
    maxVideoDurationMs: data.max_video_post_duration_sec * 1000,
  };
  return { options, journal };
}

// https://developers.tiktok.com/doc/tiktok-api-v2-get-user-info, read 2026-11-25. A field whose scope is missing spoils the answer.
const fieldsByScope: Readonly<Record<string, string>> = {
  "user.info.basic": "open_id,union_id,avatar_url,display_name",
  "user.info.profile": "username",
  "user.info.stats": "follower_count,following_count,likes_count,video_count",
};

/** Name, picture and figures of the creator, as far as the granted `scopes` show them; the rest is null. */
export async function getTikTokUserInfo(
  connection: TiktokConnection,
  accessToken: string,
  scopes: readonly string[],
  signal: AbortSignal,
): Promise<AccountProfile> {
  const fields = Object.entries(fieldsByScope).flatMap(([scope, names]) => (scopes.includes(scope) ? [names] : []));
  const { data } = await callApi(connection, {
    method: "GET",
    path: `/v2/user/info/?fields=${fields.join(",")}`,
    accessToken,
    schema: userInfo,
    timeoutMs: connection.times.callTimeout(callTimeoutsMs.read),
    signal,
  });
  const { user } = data;
  return {
    externalId: user.open_id,
    handle: user.username ?? null,
    displayName: user.display_name ?? null,
    avatarUrl: user.avatar_url ?? null,
    followers: user.follower_count,
    following: user.following_count,
    likes: user.likes_count,
    posts: user.video_count,
  };
}
