import { createHash, randomUUID } from "node:crypto";
import { insertMedia, newId } from "@reelay/database";
import type { TestRoutes } from "./start-test-routes.ts";
import { testCaller } from "./test-caller.ts";

const probe = {
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

/** A workspace of its own with a connected account and a video that fits. */
export async function arrangePost(api: TestRoutes) {
  const space = await api.newWorkspace();
  const addMedia = async (state: "ready" | "probing" | "rejected" = "ready") => {
    const id = newId();
    const sha256 = createHash("sha256").update(randomUUID()).digest("hex");
    const file = { kind: "video", fileName: "a.mp4", contentType: "video/mp4", sizeBytes: 1_000 } as const;
    await insertMedia(api.db.database, space.workspaceId, {
      id,
      sha256,
      storageKey: `media/${space.workspaceId}/${id}`,
      ...file,
    });
    await api.db.sql("update media set state = $2, probe = $3 where id = $1", [
      id,
      state,
      state === "ready" ? JSON.stringify(probe) : null,
    ]);
    return id;
  };
  const count = async (table: string) => {
    const [row] = await api.db.sql<{ count: number }>(
      `select count(*)::int as count from ${table} where workspace_id = $1`,
      [space.workspaceId],
    );
    return row?.count ?? -1;
  };
  return { ...space, mediaId: await addMedia(), addMedia, count, caller: testCaller(api.url, space.key) };
}
