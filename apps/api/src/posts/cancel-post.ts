import type { CanceledPost } from "@reelay/contract";
import { appendAudit, cancelPublication, readPublications, type Tx } from "@reelay/database";
import { failures } from "@reelay/domain";
import type { Actor } from "@reelay/flows";
import type { Language } from "../middleware/language.ts";
import { getPost } from "./get-post.ts";

/** Cancels what is cancelable of a post and says what was not; throws `not_found`. */
export async function cancelPost(
  tx: Tx,
  wish: { workspaceId: string; postId: string; by: Actor; language: Language },
): Promise<CanceledPost> {
  const canceled: string[] = [];
  const refused = new Set<string>();
  for (const publication of await readPublications(tx, { postIds: [wish.postId] })) {
    const outcome = await cancelPublication(tx, publication.id, { by: { ...wish.by } });
    if (outcome === "canceled") canceled.push(publication.id);
    if (outcome === "refused") refused.add(publication.id);
  }
  const post = await getPost(tx, wish.postId, wish.language);
  if (canceled.length > 0) {
    const { workspaceId, by: actor, postId: subject } = wish;
    await appendAudit(tx, {
      workspaceId,
      actor,
      action: "post.canceled",
      subject,
      detail: { publicationIds: canceled },
    });
  }
  const code = "already_being_published";
  const notCanceled = post.publications
    .filter(({ id }) => refused.has(id))
    .map(({ id, accountId, status }) => ({
      publicationId: id,
      accountId,
      status,
      code,
      message: failures[code].public[wish.language],
    }));
  return { ...post, canceled, notCanceled };
}
