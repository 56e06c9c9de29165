import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { ApiClient } from "../../api/api-client.ts";
import type { Wish } from "./read-wish.ts";

const postShape = z.object({ publications: z.array(z.object({ id: z.string() })).min(1) });

export interface DecidedWish extends Wish {
  readonly accountId: string;
  readonly mediaId: string;
  readonly privacyLevel: string;
  readonly consent: object;
}

/** Hands the post to the API; answers the publication's id. */
export async function acceptPost(api: ApiClient, wish: DecidedWish): Promise<string> {
  const options = {
    type: "tiktok_video",
    mode: "direct",
    privacyLevel: wish.privacyLevel,
    disableComment: !wish.allow.includes("comment"),
    disableDuet: !wish.allow.includes("duet"),
    disableStitch: !wish.allow.includes("stitch"),
  };
  const post = await api.call("/api/posts", postShape, {
    method: "POST",
    idempotencyKey: randomUUID(),
    json: {
      caption: wish.caption,
      media: [wish.mediaId],
      scheduledAt: wish.scheduledAt,
      targets: [{ accountId: wish.accountId, options, consent: wish.consent }],
    },
  });
  return post.publications[0]?.id ?? "";
}
