import { z } from "zod";
import type { Progress } from "../progress.ts";
import type { ApiClient } from "../../api/api-client.ts";
import { followPublication, isPublished, laterPermalink } from "../../api/follow-publication.ts";
import type { DemoRecord } from "./demo-record.ts";

const mediaShape = z.object({ id: z.string(), state: z.string() });
const creatorShape = z.object({ privacyLevels: z.array(z.string()) });
const postShape = z.object({ publications: z.array(z.object({ id: z.string() })).min(1) });

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
export async function publishPicture(step: Step & { mediaId: string; accountId: string }): Promise<string | null> {
  const { api, progress } = step;
  const id = step.record.read().publicationId ?? (await acceptPost(step));
  const publication = await followPublication({ api, id, progress });
  if (isPublished(publication)) return publication.permalink ?? (await laterPermalink({ api, id }));
  const { status, failure } = publication;
  throw new Error(failure ? `${failure.code}: ${failure.message}` : status);
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
