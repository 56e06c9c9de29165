import { apiOk, type Answer } from "../answer.ts";
import { coverAddress } from "../cover-address.ts";
import type { SimVideo } from "../videos.ts";
import type { World } from "../world.ts";

const shownChars = 150;

type Read = (video: SimVideo, at: { world: World; wwwUrl: string }) => unknown;

/** The fields of a video that may be asked for, and what stands in them. */
const readers: Readonly<Record<string, Read>> = {
  id: ({ id }) => id,
  create_time: ({ createdAtMs }) => Math.floor(createdAtMs / 1000),
  cover_image_url: (video, { world, wwwUrl }) => coverAddress(world, wwwUrl, video),
  share_url: ({ id, openId }, { world, wwwUrl }) =>
    `${wwwUrl}/@${world.accounts.get(openId)?.username ?? "unknown"}/video/${id}?utm_campaign=tt4d_open_api&utm_source=${world.app.clientKey}`,
  video_description: ({ description }) => description.slice(0, shownChars),
  title: ({ description }) => description.slice(0, shownChars),
  duration: ({ durationSec }) => durationSec,
  height: () => 1920,
  width: () => 1080,
  embed_html: ({ id }, { wwwUrl }) => `<iframe src="${wwwUrl}/player/v1/${id}"></iframe>`,
  embed_link: ({ id }, { wwwUrl }) => `${wwwUrl}/player/v1/${id}`,
  like_count: ({ likes }) => likes ?? undefined,
  comment_count: ({ comments }) => comments ?? undefined,
  share_count: ({ shares }) => shares ?? undefined,
  view_count: ({ id, views }) => (views === null ? undefined : viewsMark(id)),
};

/** The fields of the query; null when they are missing or unknown. */
export function readFields(query: unknown): string[] | null {
  if (typeof query !== "string") return null;
  const fields = query.split(",").filter((field) => field !== "");
  return fields.length > 0 && fields.every((field) => Object.hasOwn(readers, field)) ? fields : null;
}

/** The answer with `videos`, their figures as bare int64. */
export function videosAnswer(
  world: World,
  shown: { videos: readonly SimVideo[]; fields: readonly string[]; wwwUrl: string; rest: Record<string, unknown> },
): Answer {
  const { videos, fields, wwwUrl, rest } = shown;
  const objects = videos.map((video) =>
    Object.fromEntries(fields.map((field) => [field, readers[field]?.(video, { world, wwwUrl })])),
  );
  const raw = fields.includes("view_count")
    ? Object.fromEntries(videos.map(({ id, views }) => [viewsMark(id), views ?? "0"]))
    : {};
  return apiOk(world, { videos: objects, ...rest }, raw);
}

const viewsMark = (id: string) => `<views of ${id}>`;
