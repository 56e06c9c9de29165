import type { MediaRow, PostingRows } from "@reelay/database";
import { Failure } from "@reelay/domain";
import { fieldProblem } from "./request-problem.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text could be an id of ours at all; what could not exists nowhere. */
export function isId(text: string): boolean {
  return uuid.test(text);
}

/** Locks the media of a request and returns them in its order. Throws `not_found` that names the missing and foreign ones. */
export async function findMedia(rows: PostingRows, mediaIds: readonly string[]): Promise<MediaRow[]> {
  const locked = await rows.lockMedia([...new Set(mediaIds.filter(isId))]);
  const byId = new Map(locked.map((media) => [media.id, media]));
  const missing: string[] = [];
  const found = mediaIds.flatMap((id, at) => {
    const media = byId.get(id.toLowerCase());
    if (!media) missing.push(`media.${at}`);
    return media ? [media] : [];
  });
  if (missing.length > 0)
    throw new Failure("not_found", { errors: missing.map((path) => fieldProblem(path, "not_found")) });
  return found;
}
