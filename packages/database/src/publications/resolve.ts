import type { Tx } from "../connect.ts";
import { appendJournal } from "./journal.ts";
import { writePublication } from "./write.ts";

export type Resolution =
  { readonly outcome: "published"; readonly platformPostId: string | null } | { readonly outcome: "not_published" };

/** A person's word on a publication in doubt: published, or failed (and free to be retried). False when it is not in review. */
export async function resolvePublication(
  tx: Tx,
  publication: { id: string; workspaceId: string },
  resolution: Resolution,
  by: { kind: string; id: string },
): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ leaseToken: number }[]>`
    select lease_token as "leaseToken" from publications where id = ${publication.id}::uuid and status = 'needs_review' for update`;
  if (!row) return false;
  const published = resolution.outcome === "published";
  await writePublication(tx, publication.id, {
    event: { type: published ? "resolved_published" : "resolved_not_published" },
    detail: { by: { ...by } },
    change: {
      intent: null,
      sealedCheckpoint: null,
      nextInMs: null,
      waitReason: null,
      resolvedBy: `${by.kind}:${by.id}`,
      failure: published ? null : { code: "resolved_not_published" },
      ...(published && { publishedNow: true, platformPostId: resolution.platformPostId }),
      expel: true,
    },
  });
  await appendJournal(tx, {
    workspaceId: publication.workspaceId,
    publicationId: publication.id,
    leaseToken: row.leaseToken,
    kind: "verdict",
    step: "resolve",
    answer: { outcome: resolution.outcome, by: { ...by } },
  });
  return true;
}
