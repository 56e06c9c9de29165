import { Failure } from "@reelay/domain";
import type { MediaItem, MediaPage } from "../platform.ts";
import { callApi } from "./call-api.ts";
import { callTimeoutsMs, type TiktokConnection } from "./connection.ts";
import { videoList, type ListedVideo } from "./schemas.ts";

// https://developers.tiktok.com/doc/tiktok-api-v2-video-object, read 2026-11-25.
const fields =
  "id,create_time,cover_image_url,share_url,video_description,title,duration,view_count,like_count,comment_count,share_count";
const maxCount = 20;

/**
 * One page of the creator's public videos (scope `video.list`), newest first; `cursor` as the page before gave it, null
 * for the first. Figures that TikTok leaves out are null: unknown, not zero.
 */
export async function getTikTokVideos(
  connection: TiktokConnection,
  accessToken: string,
  cursor: string | null,
  signal: AbortSignal,
): Promise<MediaPage> {
  const { data } = await callApi(connection, {
    path: `/v2/video/list/?fields=${fields}`,
    accessToken,
    body: { max_count: maxCount, ...(cursor !== null && { cursor: Number(cursor) }) },
    schema: videoList,
    timeoutMs: connection.times.callTimeout(callTimeoutsMs.read),
    signal,
  });
  return { items: data.videos.map(itemOf), nextCursor: data.has_more ? further(data.cursor, cursor) : null };
}

/** A list that leads back to itself would be walked for ever. */
function further(next: string | undefined, cursor: string | null): string {
  const leadsOn = next !== undefined && (cursor === null || Number(next) < Number(cursor));
  if (leadsOn) return next;
  throw new Failure("platform_contract_broken", {
    internal: "TikTok's video list has more, but no cursor that leads on",
  });
}

function itemOf(video: ListedVideo): MediaItem {
  return {
    platformPostId: video.id,
    type: "video",
    caption: storable(video.video_description || video.title || ""),
    permalink: withoutQuery(video.share_url),
    coverUrl: video.cover_image_url || null,
    durationMs: video.duration === undefined ? null : video.duration * 1000,
    views: video.view_count,
    likes: video.like_count,
    comments: video.comment_count,
    shares: video.share_count,
    publishedAt: new Date(video.create_time * 1000),
  };
}

// Postgres takes neither NUL nor half of a surrogate pair.
function storable(text: string): string {
  return Buffer.from(text.replaceAll("\0", ""), "utf8").toString("utf8");
}

/** The share address names our client key behind the question mark. */
function withoutQuery(address: string | undefined): string | null {
  if (address === undefined || !URL.canParse(address)) return null;
  const { origin, pathname } = new URL(address);
  return origin + pathname;
}
