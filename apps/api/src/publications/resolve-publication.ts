import type { ResolveRequest } from "@reelay/contract";
import { appendAudit, postingRows, readPublications, resolvePublication as resolve, type Tx } from "@reelay/database";
import { Failure } from "@reelay/domain";
import { retryFailed, type Actor, type Wakeups } from "@reelay/flows";

/** Takes a person's word on a publication in doubt, and retries it when asked. Throws `not_found`, `not_in_review`, and as `retryFailed`. */
export async function resolvePublication(
  tx: Tx,
  wish: { workspaceId: string; by: Actor; publicationId: string; resolution: ResolveRequest },
): Promise<Wakeups> {
  const { workspaceId, publicationId, resolution, by } = wish;
  const [row] = await readPublications(tx, { ids: [publicationId] });
  if (!row) throw new Failure("not_found");
  const word =
    resolution.outcome === "published"
      ? { outcome: resolution.outcome, platformPostId: resolution.platformPostId ?? null }
      : { outcome: resolution.outcome };
  if (!(await resolve(tx, row, word, by))) throw new Failure("not_in_review");
  await appendAudit(tx, {
    workspaceId,
    actor: by,
    action: "publication.resolved",
    subject: publicationId,
    detail: { ...word },
  });
  const retry = resolution.outcome === "not_published" && resolution.thenRetry;
  return retry ? await retryFailed(postingRows(tx), wish) : { convert: [], due: false };
}
