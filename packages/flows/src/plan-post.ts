import type { PostRequest } from "@reelay/contract";
import type { MediaRow, PostAccount, PostingRows } from "@reelay/database";
import { Failure } from "@reelay/domain";
import { findMedia, isId } from "./find-media.ts";
import { consentDigest, join, mediaProblems, planDueTime, targetProblems, type PlannedTarget } from "./plan-target.ts";
import { fieldProblem, refuse, type RequestProblem } from "./request-problem.ts";

export interface PostPlan {
  readonly media: readonly MediaRow[];
  readonly dueAt: Date;
  readonly now: Date;
  readonly targets: readonly PlannedTarget[];
}

/**
 * Settles what a request for a post means and refuses it when it cannot be: `not_found`, `account_not_connected`, and the
 * codes of the post rules. Locks the media until the transaction ends.
 */
export async function planPost(rows: PostingRows, request: PostRequest): Promise<PostPlan> {
  const accounts = await findAccounts(rows, request);
  const media = await findMedia(rows, request.media);
  const now = await rows.readNow();
  const due = planDueTime(request.scheduledAt, now);
  const targets = request.targets.map((target, at): PlannedTarget => {
    const caption = target.caption ?? request.caption;
    return {
      path: `targets.${at}`,
      accountId: target.accountId.toLowerCase(),
      caption,
      options: target.options,
      consent: target.consent ?? null,
      consentDigest: consentDigest({ media, caption, options: target.options }),
      media,
      dueAt: due.dueAt,
    };
  });
  refuse([...mediaProblems(media), ...due.problems, ...duplicates(targets), ...targets.flatMap(targetProblems)]);
  refuseUnconnected(targets, [...accounts.values()]);
  return { media, dueAt: due.dueAt, now, targets };
}

async function findAccounts(rows: PostingRows, request: PostRequest): Promise<ReadonlyMap<string, PostAccount>> {
  const ids = request.targets.map((target) => target.accountId.toLowerCase());
  const found = new Map(
    (await rows.readPostAccounts([...new Set(ids.filter(isId))])).map((account) => [account.id, account]),
  );
  const missing = ids.flatMap((id, at) => {
    const account = found.get(id);
    return account && account.state !== "disconnected" ? [] : [fieldProblem(`targets.${at}.accountId`, "not_found")];
  });
  if (missing.length > 0) throw new Failure("not_found", { errors: missing });
  return found;
}

/** Refuses (`account_not_connected`) targets whose account cannot post. */
export function refuseUnconnected(targets: readonly PlannedTarget[], accounts: readonly PostAccount[]): void {
  const connected = new Set(accounts.filter(({ state }) => state === "connected").map(({ id }) => id));
  const lost = targets.filter((target) => !connected.has(target.accountId));
  refuse(lost.map((target) => fieldProblem(join(target.path, "accountId"), "account_not_connected")));
}

function duplicates(targets: readonly PlannedTarget[]): RequestProblem[] {
  const seen = new Set<string>();
  return targets.flatMap((target) => {
    const key = `${target.accountId} ${target.options.type}`;
    if (seen.has(key)) return [fieldProblem(join(target.path, "accountId"), "target_duplicated")];
    seen.add(key);
    return [];
  });
}
