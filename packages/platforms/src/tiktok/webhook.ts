import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { z } from "zod";
import { parseJson } from "../parse-json.ts";

/**
 * What is done about an event. `wake`: the publication is asked about. `evidence`: the account is asked about. `ignore`:
 * comments, messages, legacy Share Kit and portability.
 */
export type WebhookPurpose = "wake" | "evidence" | "ignore";

export interface TiktokWebhook {
  readonly clientKey: string;
  /** In one spelling, whichever of its two TikTok used. */
  readonly event: string;
  readonly purpose: WebhookPurpose;
  /** Missing in a few events that we ignore. */
  readonly openId: string | null;
  readonly publishId: string | null;
  /** As text, whether TikTok sent it as text or as a number. */
  readonly postId: string | null;
  /** The same for every delivery of one event: TikTok gives events no id. */
  readonly dedupeKey: string;
}

const anyId = z.union([z.string().min(1), z.int().nonnegative()]).transform(String);
const envelope = z.object({
  client_key: z.string().min(1),
  event: z.string().min(1).max(200),
  create_time: anyId,
  user_openid: z.string().min(1).max(500).optional(),
  content: z.string(),
});
const content = z.object({
  publish_id: z.string().min(1).max(500).optional(),
  post_id: anyId.optional().catch(undefined),
});

/**
 * Reads the body of a webhook; null when it is not one of TikTok's. `content` is JSON inside a JSON text.
 * https://developers.tiktok.com/doc/webhooks-overview and /doc/webhooks-events, read 2026-11-22.
 */
export function parseTiktokWebhook(rawBody: Uint8Array): TiktokWebhook | null {
  const parsed = envelope.safeParse(jsonOf(rawBody));
  if (!parsed.success) return null;
  const { client_key: clientKey, create_time: createTime, user_openid: openId } = parsed.data;
  const event = spelledOnce(parsed.data.event);
  const named = content.safeParse(jsonOf(Buffer.from(parsed.data.content))).data;
  const publishId = named?.publish_id ?? null;
  return {
    clientKey,
    event,
    purpose: purposeOf(event, publishId, openId),
    openId: openId ?? null,
    publishId,
    postId: named?.post_id ?? null,
    dedupeKey: dedupeKeyOf([event, openId ?? "", createTime, sha256(parsed.data.content)]),
  };
}

function purposeOf(event: string, publishId: string | null, openId: string | undefined): WebhookPurpose {
  if (openId === undefined) return "ignore";
  if (event === "authorization.removed") return "evidence";
  return event.startsWith("post.publish.") && publishId !== null ? "wake" : "ignore";
}

// "no_longer_publicaly_available" is TikTok's own spelling.
function spelledOnce(event: string): string {
  return event.replace("publicaly", "publicly");
}

function dedupeKeyOf(parts: readonly string[]): string {
  return `tiktok:${sha256(JSON.stringify(parts))}`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return isUtf8(bytes) ? parseJson(Buffer.from(bytes).toString("utf8")) : undefined;
  } catch {
    return undefined;
  }
}
