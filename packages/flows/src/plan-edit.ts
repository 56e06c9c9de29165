import { targetOptions, type PostEdit } from "@reelay/contract";
import type { MediaRow, PostRow, PostingRows, PublicationRow } from "@reelay/database";
import { Failure, isEditable, type Consent } from "@reelay/domain";
import { findMedia, isId } from "./find-media.ts";
import { consentDigest, mediaProblems, planDueTime, targetProblems, type PlannedTarget } from "./plan-target.ts";
import { fieldProblem, refuse } from "./request-problem.ts";

export interface EditedTarget extends PlannedTarget {
  readonly publicationId: string;
  /** The content is another one than was consented to. */
  readonly contentChanged: boolean;
}

export interface EditPlan {
  readonly post: PostRow;
  readonly now: Date;
  readonly media: readonly MediaRow[];
  readonly targets: readonly EditedTarget[];
}

/**
 * Settles what an edit means for each target it concerns: all that are not canceled when it changes the post, else those it
 * names. Throws `not_found`, `already_started` (naming the targets) and the codes of the post rules. Locks post and media.
 */
export async function planEdit(rows: PostingRows, postId: string, edit: PostEdit): Promise<EditPlan> {
  const post = isId(postId) ? await rows.readPost(postId, true) : null;
  if (!post) throw new Failure("not_found");
  const publications = await rows.readPublications({ postIds: [post.id] });
  const concerned = concernedBy(edit, publications);
  refuseStarted(concerned.filter((publication) => !isEditable(publication)));
  const media = await findMedia(rows, edit.media ?? post.mediaIds);
  const now = await rows.readNow();
  const due = edit.scheduledAt === undefined ? null : planDueTime(edit.scheduledAt, now);
  const targets = concerned.map((publication) =>
    editedTarget({ edit, post, publication, media, dueAt: due?.dueAt ?? publication.dueAt }),
  );
  refuse([...mediaProblems(media), ...(due?.problems ?? []), ...targets.flatMap(targetProblems)]);
  return { post, now, media, targets };
}

/** Refuses an edit of what has begun, naming each. */
export function refuseStarted(publications: readonly { id: string }[]): void {
  refuse(publications.map(({ id }) => fieldProblem(`publications.${id}`, "already_started")));
}

function concernedBy(edit: PostEdit, publications: readonly PublicationRow[]): PublicationRow[] {
  const named = (edit.targets ?? []).map((target, at) => {
    const publication = publications.find(({ accountId }) => accountId === target.accountId.toLowerCase());
    if (publication) return publication;
    throw new Failure("not_found", { errors: [fieldProblem(`targets.${at}.accountId`, "not_found")] });
  });
  const { caption, media, scheduledAt, latePolicy } = edit;
  const ofThePost = [caption, media, scheduledAt, latePolicy].some((field) => field !== undefined);
  const all = ofThePost ? publications.filter(({ status }) => status !== "canceled") : [];
  return [...new Set([...named, ...all])];
}

function editedTarget(from: {
  edit: PostEdit;
  post: PostRow;
  publication: PublicationRow;
  media: readonly MediaRow[];
  dueAt: Date;
}): EditedTarget {
  const { edit, post, publication, media, dueAt } = from;
  const at = edit.targets?.findIndex((target) => target.accountId.toLowerCase() === publication.accountId) ?? -1;
  const wish = edit.targets?.[at];
  // A target that showed the post's caption goes on showing it.
  const followed = publication.caption === post.caption ? edit.caption : undefined;
  const caption = wish?.caption ?? followed ?? publication.caption;
  const options = wish?.options ?? targetOptions.parse(publication.options);
  const digest = consentDigest({ media, caption, options });
  const contentChanged = digest !== publication.consentDigest;
  const stored = contentChanged ? null : (publication.consent as Consent | null);
  return {
    path: at < 0 ? `publications.${publication.id}` : `targets.${at}`,
    publicationId: publication.id,
    accountId: publication.accountId,
    caption,
    options,
    consent: wish?.consent ?? stored,
    consentDigest: digest,
    media,
    dueAt,
    contentChanged,
  };
}
