import type { PostEdit } from "@reelay/contract";
import type { PostingRows, PublicationEdit } from "@reelay/database";
import type { Actor, Wakeups } from "./accept-post.ts";
import { ensureRenditions } from "./ensure-renditions.ts";
import { planEdit, refuseStarted } from "./plan-edit.ts";

/** Edits a post in the caller's one transaction: all targets it concerns, or none. Throws as `planEdit` and `ensureRenditions` do. */
export async function editPost(
  rows: PostingRows,
  wish: { workspaceId: string; by: Actor; postId: string; edit: PostEdit },
): Promise<Wakeups> {
  const { workspaceId, edit } = wish;
  const plan = await planEdit(rows, wish.postId, edit);
  const edits: PublicationEdit[] = [];
  const convert = new Set<string>();
  for (const target of plan.targets) {
    const ensured = await ensureRenditions(rows, target, plan.now);
    for (const id of ensured.convert) convert.add(id);
    edits.push({
      publicationId: target.publicationId,
      workspaceId,
      caption: target.caption,
      options: { ...target.options },
      consent: target.consent === null ? null : { ...target.consent },
      consentDigest: target.consentDigest,
      dueAt: target.dueAt,
      dueInMs: target.dueAt.getTime() - plan.now.getTime(),
      becomes: ensured.becomes,
      media: ensured.media,
    });
  }
  const begun = await rows.editPublications(edits, { by: { ...wish.by } });
  refuseStarted(begun.map((id) => ({ id })));
  const { caption, scheduledAt, latePolicy } = edit;
  await rows.updatePost(plan.post.id, {
    ...(caption !== undefined && { caption }),
    ...(scheduledAt !== undefined && { scheduledAt }),
    ...(latePolicy !== undefined && { latePolicy }),
  });
  if (edit.media)
    await rows.replacePostMedia(
      { id: plan.post.id, workspaceId },
      plan.media.map((media) => media.id),
    );
  await rows.appendAudit({
    workspaceId,
    actor: wish.by,
    action: "post.edited",
    subject: plan.post.id,
    detail: { changed: Object.keys(edit), publicationIds: edits.map(({ publicationId }) => publicationId) },
  });
  return { convert: [...convert], due: edits.some(({ becomes }) => becomes === "waiting") };
}
