import { deleteMedia } from "@reelay/database";
import { Failure } from "@reelay/domain";
import type { ApiDeps } from "../deps.ts";

/** Deletes a media with its renditions and their bytes. Throws `not_found`, `media_in_use`. */
export async function removeMedia(
  deps: Pick<ApiDeps, "database" | "storage">,
  workspaceId: string,
  mediaId: string,
): Promise<void> {
  const deleted = await deleteMedia(deps.database, workspaceId, mediaId);
  switch (deleted.outcome) {
    case "missing":
      throw new Failure("not_found");
    case "needed":
      throw new Failure("media_in_use");
    case "deleted":
      // The rows are gone; bytes that stay because the disk fails here are orphans, which the sweep removes.
      await Promise.allSettled(deleted.storageKeys.map((key) => deps.storage.remove(key)));
      return;
    default:
      deleted satisfies never;
  }
}
