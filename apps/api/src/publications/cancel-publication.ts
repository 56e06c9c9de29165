import { appendAudit, cancelPublication as cancel, readPublications, type Tx } from "@reelay/database";
import { Failure } from "@reelay/domain";
import type { Actor } from "@reelay/flows";

/** Cancels one publication; canceling again changes nothing. Throws `not_found`, `already_being_published`. */
export async function cancelPublication(tx: Tx, publicationId: string, by: Actor): Promise<void> {
  const [row] = await readPublications(tx, { ids: [publicationId] });
  if (!row) throw new Failure("not_found");
  const outcome = await cancel(tx, publicationId, { by: { ...by } });
  if (outcome === "refused") throw new Failure("already_being_published");
  if (outcome === "already") return;
  const { workspaceId } = row;
  await appendAudit(tx, { workspaceId, actor: by, action: "publication.canceled", subject: publicationId });
}
