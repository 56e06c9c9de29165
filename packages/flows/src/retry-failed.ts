import { targetOptions } from "@reelay/contract";
import type { PostingRows } from "@reelay/database";
import { Failure, type Consent } from "@reelay/domain";
import type { Actor, Wakeups } from "./accept-post.ts";
import { ensureRenditions } from "./ensure-renditions.ts";
import { findMedia, isId } from "./find-media.ts";
import { mediaProblems, type PlannedTarget } from "./plan-target.ts";
import { refuse } from "./request-problem.ts";

/**
 * Begins a failed publication anew, failed renditions included; a due time that has passed becomes now. Throws `not_found`,
 * `not_retryable`, `account_not_connected`, `media_rejected`, `conversion_impossible`.
 */
export async function retryFailed(
  rows: PostingRows,
  wish: { workspaceId: string; by: Actor; publicationId: string },
): Promise<Wakeups> {
  const [publication] = isId(wish.publicationId) ? await rows.readPublications({ ids: [wish.publicationId] }) : [];
  if (!publication) throw new Failure("not_found");
  if (publication.status !== "failed") throw new Failure("not_retryable");
  const media = await findMedia(rows, publication.mediaIds);
  refuse(mediaProblems(media));
  const now = await rows.readNow();
  const dueAt = publication.dueAt > now ? publication.dueAt : now;
  const target: PlannedTarget = {
    path: "",
    accountId: publication.accountId,
    caption: publication.caption,
    options: targetOptions.parse(publication.options),
    consent: publication.consent as Consent | null,
    consentDigest: publication.consentDigest ?? "",
    media,
    dueAt,
  };
  const ensured = await ensureRenditions(rows, target, now);
  const retried = await rows.retryPublication(
    {
      publicationId: publication.id,
      workspaceId: wish.workspaceId,
      becomes: ensured.becomes,
      dueAt,
      dueInMs: dueAt.getTime() - now.getTime(),
      media: ensured.media,
    },
    { by: { ...wish.by } },
  );
  if (!retried) throw new Failure("not_retryable");
  const { workspaceId, by: actor } = wish;
  await rows.appendAudit({ workspaceId, actor, action: "publication.retried", subject: publication.id });
  const [account] = await rows.lockPostAccounts([publication.accountId]);
  if (account?.state !== "connected") throw new Failure("account_not_connected");
  return { convert: ensured.convert, due: ensured.becomes === "waiting" };
}
