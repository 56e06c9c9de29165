import { deleteExpiredUploads, findLeftUploads, knownUploads, readUpload } from "@reelay/database";
import { Failure } from "@reelay/domain";
import type { FinishUpload } from "@reelay/flows";
import { completed, type Handler, type JobContext } from "@reelay/jobs";
import { readdir, rm, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ConversionDeps } from "./deps.ts";

type Deps = Pick<ConversionDeps, "database"> & {
  readonly uploadsDirectory: string;
  readonly finishUpload: FinishUpload;
};

const batch = 500;
/** Younger files may belong to a row that is not committed yet. */
const abandonedAfterMs = 24 * 60 * 60_000;

/** Finishes uploads whose API died after their last byte, forgets those that ran out, and removes files of neither. */
export function createSweepUploads(deps: Deps): Handler<Record<string, never>> {
  return async (_payload, context) => {
    const finished = await finishLeft(deps, context);
    const expired = await forgetExpired(deps);
    const strays = await removeStrays(deps);
    context.set({ uploads_finished: finished, uploads_expired: expired, strays_removed: strays });
    return completed;
  };
}

async function finishLeft(deps: Deps, { signal, stopping }: JobContext): Promise<number> {
  let finished = 0;
  let afterId: string | null = null;
  for (;;) {
    const left = await findLeftUploads(deps.database, { afterId, limit: batch });
    for (const { id, workspaceId, sizeBytes } of left) {
      if (stopping.aborted) return finished;
      const path = pathOf(deps, workspaceId, id);
      if ((await sizeOf(path)) !== sizeBytes) continue;
      if (await finish(deps, { id, workspaceId, path }, signal)) finished += 1;
    }
    afterId = left.at(-1)?.id ?? null;
    if (left.length < batch) return finished;
  }
}

async function finish(
  { database, finishUpload }: Deps,
  upload: { id: string; workspaceId: string; path: string },
  signal: AbortSignal,
): Promise<boolean> {
  const row = await readUpload(database, upload.workspaceId, upload.id);
  if (row?.state !== "open") return false;
  try {
    await finishUpload({ ...row, path: upload.path }, signal);
    return true;
  } catch (error) {
    if (error instanceof Failure && error.code === "upload_locked") return false;
    throw error;
  }
}

async function forgetExpired(deps: Deps): Promise<number> {
  let forgotten = 0;
  for (;;) {
    const expired = await deleteExpiredUploads(deps.database, batch);
    for (const { id, workspaceId } of expired) await rm(pathOf(deps, workspaceId, id), { force: true });
    forgotten += expired.length;
    if (expired.length < batch) return forgotten;
  }
}

async function removeStrays(deps: Deps): Promise<number> {
  let removed = 0;
  const before = Date.now() - abandonedAfterMs;
  for (const workspaceId of await namesIn(deps.uploadsDirectory)) {
    const directory = join(deps.uploadsDirectory, workspaceId);
    const ids = await namesIn(directory);
    for (let from = 0; from < ids.length; from += batch) {
      const some = ids.slice(from, from + batch);
      const known = await knownUploads(deps.database, some.filter(isId));
      for (const id of some.filter((name) => !known.has(name))) {
        const path = join(directory, id);
        const modifiedAt = (await stat(path).catch(() => null))?.mtimeMs ?? Infinity;
        if (modifiedAt >= before) continue;
        await rm(path, { recursive: true, force: true });
        removed += 1;
      }
    }
    // Fails while anything is in it.
    if (ids.length === 0) await rmdir(directory).catch(() => undefined);
  }
  return removed;
}

function pathOf({ uploadsDirectory }: Deps, workspaceId: string, id: string): string {
  return join(uploadsDirectory, workspaceId, id);
}

async function sizeOf(path: string): Promise<number | null> {
  return (await stat(path).catch(() => null))?.size ?? null;
}

async function namesIn(directory: string): Promise<string[]> {
  return await readdir(directory).catch(() => []);
}

function isId(name: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name);
}
