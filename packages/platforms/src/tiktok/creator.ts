import type { CreatorOptions, Journal } from "../platform.ts";
import { callApi } from "./call-api.ts";
import { callTimeoutsMs, type TiktokConnection } from "./connection.ts";
import { creatorInfo, userInfo } from "./schemas.ts";

export interface TikTokUserInfo {
  readonly externalId: string;
  readonly displayName: string | null;
  readonly avatarUrl: string | null;
}

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

/** Name and picture of the creator who granted the token (scope `user.info.basic`). */
export async function getTikTokUserInfo(
  connection: TiktokConnection,
  accessToken: string,
  signal: AbortSignal,
): Promise<TikTokUserInfo> {
  const { data } = await callApi(connection, {
    method: "GET",
    path: "/v2/user/info/?fields=open_id,union_id,avatar_url,display_name",
    accessToken,
    schema: userInfo,
    timeoutMs: connection.times.callTimeout(callTimeoutsMs.read),
    signal,
  });
  const { open_id, display_name, avatar_url } = data.user;
  return { externalId: open_id, displayName: display_name ?? null, avatarUrl: avatar_url ?? null };
}
