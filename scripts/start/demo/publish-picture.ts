import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import type { Progress } from "../progress.ts";
import type { ApiClient } from "./api-client.ts";
import type { DemoRecord } from "./demo-record.ts";

const permalinkPatienceMs = 20_000;
const mediaShape = z.object({ id: z.string(), state: z.string() });
const creatorShape = z.object({ privacyLevels: z.array(z.string()) });
const postShape = z.object({ publications: z.array(z.object({ id: z.string() })).min(1) });
const publicationShape = z.object({
  status: z.string(),
  permalink: z.string().nullish(),
  waitReason: z.string().nullish(),
  progress: z
    .object({ bytesSent: z.number().nullish(), bytesTotal: z.number().nullish(), percent: z.number().nullish() })
    .nullish(),
  failure: z.object({ code: z.string(), message: z.string() }).nullish(),
});
type Publication = z.infer<typeof publicationShape>;

interface Step {
  readonly api: ApiClient;
  readonly record: DemoRecord;
  readonly progress: Progress;
}

export async function uploadPicture({ api, record, progress, picture }: Step & { picture: Buffer }): Promise<string> {
  progress.at("upload", 0);
  const known = record.read().mediaId;
  if (known === undefined) {
    const form = new FormData();
    form.append("file", new Blob([new Uint8Array(picture)], { type: "image/jpeg" }), "first-post.jpg");
    const media = await api.call("/api/media", mediaShape, { method: "POST", form });
    record.write({ mediaId: media.id });
  }
  progress.at("upload", 1);
  return record.read().mediaId ?? "";
}

/** Accepts the post (once, however often this runs) and follows it; resolves with its address when it is published. */
export async function publishPicture(
  step: Step & { mediaId: string; accountId: string; signal: AbortSignal },
): Promise<string | null> {
  const publicationId = step.record.read().publicationId ?? (await acceptPost(step));
  for (let now = await show(step, publicationId); ; now = await show(step, publicationId)) {
    if (now !== null) return now.permalink ?? (await laterPermalink(step, publicationId));
    for await (const _ of step.api.events(`/api/publications/${publicationId}/events`)) {
      if ((await show(step, publicationId)) !== null) break;
    }
    step.signal.throwIfAborted();
  }
}

/** The platform tells a post's address some seconds after the post; null when it does not. */
async function laterPermalink({ api, signal }: Step & { signal: AbortSignal }, id: string): Promise<string | null> {
  for (const until = Date.now() + permalinkPatienceMs; Date.now() < until;) {
    await setTimeout(250, undefined, { signal });
    const { permalink } = await api.call(`/api/publications/${id}`, publicationShape);
    if (permalink) return permalink;
  }
  return null;
}

async function acceptPost({
  api,
  record,
  mediaId,
  accountId,
}: Step & { mediaId: string; accountId: string }): Promise<string> {
  if (record.read().body === undefined) {
    const { privacyLevels } = await api.call(`/api/accounts/${accountId}/creator-info`, creatorShape);
    const privacyLevel = privacyLevels.includes("PUBLIC_TO_EVERYONE") ? "PUBLIC_TO_EVERYONE" : "SELF_ONLY";
    const options = { type: "tiktok_video", mode: "direct", privacyLevel, still: { durationMs: 6_000 } };
    const consent = { at: new Date().toISOString(), by: "npm start", musicUsage: true, brandedContent: false };
    record.write({
      body: {
        caption: "The first post of Reelay #hello",
        media: [mediaId],
        targets: [{ accountId, options, consent }],
      },
    });
  }
  const { body, idempotencyKey } = record.read();
  const post = await api.call("/api/library/publish-multi", postShape, { method: "POST", json: body, idempotencyKey });
  const id = post.publications[0]?.id ?? "";
  record.write({ publicationId: id });
  return id;
}

/** Moves the bars; the publication when it is published, null while it is under way; throws when it has failed. */
async function show({ api, progress }: Step, id: string): Promise<Publication | null> {
  const publication = await api.call(`/api/publications/${id}`, publicationShape);
  const { status, failure, waitReason } = publication;
  const { bytesSent, bytesTotal, percent } = publication.progress ?? {};
  const fraction = (percent ?? 0) / 100;
  const note = waitReason ?? "";
  if (["failed", "canceled", "needs_review"].includes(status))
    throw new Error(failure ? `${failure.code}: ${failure.message}` : status);
  if (status === "preparing") progress.at("convert", fraction);
  else progress.at("convert", 1);
  if (status === "waiting") progress.at("send chunks", 0, note);
  if (status === "uploading") progress.at("send chunks", bytesTotal ? (bytesSent ?? 0) / bytesTotal : fraction, note);
  if (!["processing", "published", "delivered"].includes(status)) return null;
  progress.at("send chunks", 1, bytesTotal ? `${bytesTotal} bytes` : "");
  const isDone = status !== "processing";
  progress.at("publish", isDone ? 1 : 0.5, isDone ? "" : note);
  return isDone ? publication : null;
}
