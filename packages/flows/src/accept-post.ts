import type { AcceptedPost, PostRequest } from "@reelay/contract";
import type { NewPublication, PostingRows } from "@reelay/database";
import { postStatus } from "@reelay/domain";
import { ensureRenditions } from "./ensure-renditions.ts";
import { planPost, refuseUnconnected } from "./plan-post.ts";

/** Who acts: shown in the timeline. */
export interface Actor {
  readonly kind: string;
  readonly id: string;
}

/** What remains to be told after the commit; whoever dies before that loses only time, the sweeps find it. */
export interface Wakeups {
  readonly convert: readonly string[];
  readonly due: boolean;
}

/**
 * Accepts a post in the caller's one transaction: locks what it relies on, ensures renditions, stores post, targets and
 * their first events. Throws as `planPost` and `ensureRenditions` do, and then nothing is stored.
 */
export async function acceptPost(
  rows: PostingRows,
  wish: { workspaceId: string; by: Actor; request: PostRequest },
): Promise<{ answer: AcceptedPost; wakeups: Wakeups }> {
  const { request, workspaceId } = wish;
  const plan = await planPost(rows, request);
  const publications: NewPublication[] = [];
  const convert = new Set<string>();
  for (const target of plan.targets) {
    const ensured = await ensureRenditions(rows, target, plan.now);
    for (const id of ensured.convert) convert.add(id);
    publications.push({
      id: rows.newId(),
      accountId: target.accountId,
      platform: "tiktok",
      type: target.options.type,
      caption: target.caption,
      options: target.options,
      consent: target.consent,
      consentDigest: target.consentDigest,
      dueAt: target.dueAt,
      status: ensured.becomes,
      media: ensured.media,
    });
  }
  const accountIds = plan.targets.map((target) => target.accountId);
  refuseUnconnected(plan.targets, await rows.lockPostAccounts(accountIds));
  const id = rows.newId();
  await rows.insertPost({
    id,
    workspaceId,
    caption: request.caption,
    scheduledAt: request.scheduledAt,
    latePolicy: request.latePolicy,
    createdBy: wish.by,
    mediaIds: plan.media.map((media) => media.id),
    publications,
  });
  await rows.appendAudit({
    workspaceId,
    actor: wish.by,
    action: "post.created",
    subject: id,
    detail: { publicationIds: publications.map((publication) => publication.id) },
  });
  const answer: AcceptedPost = {
    id,
    status: postStatus(publications.map((publication) => publication.status)),
    publications: publications.map(({ id, accountId, platform, status, dueAt }) => ({
      id,
      accountId,
      platform,
      status,
      dueAt: dueAt.toISOString(),
    })),
  };
  return { answer, wakeups: { convert: [...convert], due: publications.some(({ status }) => status === "waiting") } };
}
