import { randomBytes } from "node:crypto";
import type { Database } from "../connect.ts";
import { newId } from "../ids.ts";
import { insertMedia } from "../media/media-library.ts";
import { insertPost } from "../posts.ts";

/** What a test wants of its publication; noise about the rest. `dueInMs` may lie in the past. */
export interface PublicationWish {
  readonly sizeBytes: number;
  readonly storageKey: string;
  readonly sha256: string;
  readonly dueInMs: number;
  readonly privacyLevel: string;
  readonly latePolicy: object | null;
  readonly rendition: "ready" | "queued" | "failed";
}

/** Post, media, rendition and publication, as the API and the conversion leave them. */
export async function createPublication(
  database: Database,
  creator: { workspaceId: string; accountId: string },
  given: Partial<PublicationWish>,
): Promise<string> {
  const wish = { ...anyWish, ...given };
  const { workspaceId, accountId } = creator;
  const mediaId = newId();
  const renditionId = newId();
  const postId = newId();
  const publicationId = newId();
  const inputSha256 = randomBytes(32).toString("hex");
  const { media } = await insertMedia(database, workspaceId, {
    id: mediaId,
    kind: "video",
    contentType: "video/mp4",
    fileName: "test.mp4",
    sizeBytes: wish.sizeBytes,
    sha256: inputSha256,
    storageKey: wish.storageKey,
  });
  await database.asSystem(async (tx) => {
    await tx.$executeRaw`update media set state = 'ready' where id = ${media.id}::uuid`;
    await tx.$executeRaw`
      insert into renditions (id, workspace_id, media_id, input_sha256, target, options, options_digest, state, storage_key, content_type, size_bytes, sha256, duration_ms)
      values (${renditionId}::uuid, ${workspaceId}::uuid, ${media.id}::uuid, ${inputSha256}, 'tiktok_video', '{}'::jsonb, 'test', ${wish.rendition},
        ${wish.storageKey}, 'video/mp4', ${wish.sizeBytes}, ${wish.sha256}, 10000)`;
    await insertPost(tx, {
      id: postId,
      workspaceId,
      caption: "A caption #test",
      scheduledAt: null,
      latePolicy: wish.latePolicy,
      createdBy: { kind: "user", id: "test" },
      mediaIds: [media.id],
      publications: [
        {
          id: publicationId,
          accountId,
          platform: "tiktok",
          type: "tiktok_video",
          caption: "A caption #test",
          options: { ...options, privacyLevel: wish.privacyLevel },
          consent: null,
          consentDigest: null,
          dueAt: new Date(Date.now() + wish.dueInMs),
          status: wish.dueInMs > 0 ? "scheduled" : "waiting",
          media: [{ mediaId: media.id, renditionId }],
        },
      ],
    });
  });
  return publicationId;
}

const anyWish: PublicationWish = {
  sizeBytes: 1_000_123,
  storageKey: "renditions/missing.mp4",
  sha256: "0".repeat(64),
  dueInMs: 0,
  privacyLevel: "SELF_ONLY",
  latePolicy: null,
  rendition: "ready",
};

const options = {
  type: "tiktok_video",
  mode: "direct",
  disableComment: false,
  disableDuet: true,
  disableStitch: true,
  brandOrganicToggle: false,
  brandContentToggle: false,
  isAigc: false,
};
