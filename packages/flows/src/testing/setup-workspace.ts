import type { PostRequest, TargetOptions } from "@reelay/contract";
import { insertMedia, newId, type Database, type MediaRow } from "@reelay/database";
import { createConnectedAccount, createWorkspace, testVault, type TestDatabase } from "@reelay/database/testing";
import type { MediaProbe } from "@reelay/domain";
import { createHash } from "node:crypto";
import { stillOptions } from "../decide-rendition.ts";

export interface TestWorkspace {
  readonly workspaceId: string;
  readonly accountId: string;
  addAccount(state?: string): Promise<string>;
  /** A media in `state`; a ready one has a probe that fits TikTok (video) or needs a conversion (image). */
  addMedia(kind: "video" | "image", state: "probing" | "ready" | "rejected"): Promise<MediaRow>;
  count(table: string): Promise<number>;
}

/** A workspace of its own with one connected TikTok account. */
export async function setupWorkspace({
  database,
  sql,
}: Pick<TestDatabase, "database" | "sql">): Promise<TestWorkspace> {
  const { workspaceId } = await createWorkspace(database);
  const addAccount = async (state = "connected") => {
    const { accountId } = await createConnectedAccount({ database, vault: testVault() }, { workspaceId });
    await sql("update social_accounts set state = $2 where id = $1", [accountId, state]);
    return accountId;
  };
  return {
    workspaceId,
    accountId: await addAccount(),
    addAccount,
    addMedia: (kind, state) => addMedia(database, workspaceId, kind, state),
    async count(table) {
      const [row] = await sql<{ count: number }>(
        `select count(*)::int as count from ${table} where workspace_id = $1`,
        [workspaceId],
      );
      return row?.count ?? 0;
    },
  };
}

async function addMedia(
  database: Database,
  workspaceId: string,
  kind: "video" | "image",
  state: string,
): Promise<MediaRow> {
  const id = newId();
  const contentType = kind === "video" ? "video/mp4" : "image/jpeg";
  const { media } = await insertMedia(database, workspaceId, {
    id,
    kind,
    contentType,
    fileName: "test",
    sizeBytes: 1_000,
    sha256: createHash("sha256").update(id).digest("hex"),
    storageKey: `media/${workspaceId}/${id}`,
  });
  const probe = state === "ready" ? JSON.stringify(kind === "video" ? fittingVideo : anyImage) : null;
  await database.asSystem(
    (tx) => tx.$executeRaw`update media set state = ${state}, probe = ${probe}::jsonb where id = ${id}::uuid`,
  );
  return { ...media, state: state as MediaRow["state"], probe: probe && JSON.parse(probe) };
}

export const fittingVideo: MediaProbe = {
  kind: "video",
  container: "mp4",
  videoCodec: "h264",
  audioCodec: null,
  width: 1080,
  height: 1920,
  rotation: 0,
  fps: 30,
  durationMs: 10_000,
  bitrate: 1_000_000,
  pixelFormat: "yuv420p",
  hasAudio: false,
  sizeBytes: 1_000,
  streams: 1,
};
export const anyImage: MediaProbe = {
  ...fittingVideo,
  kind: "image",
  container: "jpeg",
  videoCodec: null,
  fps: null,
  durationMs: null,
  bitrate: null,
  pixelFormat: null,
};

const options: TargetOptions = {
  type: "tiktok_video",
  mode: "direct",
  privacyLevel: "SELF_ONLY",
  disableComment: true,
  disableDuet: true,
  disableStitch: true,
  brandOrganicToggle: false,
  brandContentToggle: false,
  isAigc: false,
  still: stillOptions({}),
};
export const consent = { at: "2026-11-22T10:00:00Z", by: "user-77", musicUsage: true, brandedContent: false };

/** A request that is accepted: one media, one target per account. */
export function postOf(mediaId: string, accountIds: readonly string[], change: Partial<PostRequest> = {}): PostRequest {
  return {
    caption: "Été à Lyon #lyon",
    media: [mediaId],
    scheduledAt: null,
    latePolicy: null,
    targets: accountIds.map((accountId) => ({ accountId, options, consent })),
    ...change,
  };
}
