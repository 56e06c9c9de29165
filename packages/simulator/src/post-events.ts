import type { SimEvent } from "./webhooks.ts";
import type { SimPost } from "./world-types.ts";

export function isPublic({ status, privacyLevel }: SimPost): boolean {
  return status === "posted" && privacyLevel === "PUBLIC_TO_EVERYONE";
}

/** What became of a whole upload. */
export function outcomeOf(post: SimPost): SimEvent {
  const { publishId, openId, failReason } = post;
  const content = { publish_id: publishId, publish_type: "DIRECT_PUBLISH" };
  return failReason === null
    ? { event: "post.publish.complete", openId, content }
    : { event: "post.publish.failed", openId, content: { ...content, reason: failReason } };
}

// "publicaly" is TikTok's spelling in one of the two. https://developers.tiktok.com/doc/webhooks-events, read 2026-11-22.
export function publicityOf(post: SimPost): SimEvent {
  const { publishId, openId, postId } = post;
  const event = isPublic(post) ? "post.publish.publicly_available" : "post.publish.no_longer_publicaly_available";
  return { event, openId, content: { publish_id: publishId, post_id: postId, publish_type: "DIRECT_PUBLISH" } };
}
