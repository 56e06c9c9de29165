import type { TargetOptions } from "@reelay/contract";
import type { MediaRow } from "@reelay/database";
import { dueTime, tiktokVideoProblems, type Consent, type FailureCode } from "@reelay/domain";
import { digestOf } from "./digest.ts";
import { unusable } from "./usable-media.ts";
import { fieldProblem, type RequestProblem } from "./request-problem.ts";

/** One target of a post with everything about it settled, before its renditions are asked for. */
export interface PlannedTarget {
  /** Where the request speaks of it, as in `targets.0`; empty for a target that the request does not name. */
  readonly path: string;
  readonly accountId: string;
  readonly caption: string;
  readonly options: TargetOptions;
  readonly consent: Consent | null;
  readonly consentDigest: string;
  readonly media: readonly MediaRow[];
  readonly dueAt: Date;
}

/** What a consent is given to: when this changes, the creator must consent anew. */
export function consentDigest(content: {
  media: readonly MediaRow[];
  caption: string;
  options: TargetOptions;
}): string {
  const media = content.media.map((item) => item.sha256);
  return digestOf({ media, caption: content.caption, options: content.options });
}

/** What is wrong with a target by rules alone. */
export function targetProblems(target: PlannedTarget): RequestProblem[] {
  const problems = tiktokVideoProblems({
    caption: target.caption,
    options: { ...target.options, privacyLevel: target.options.privacyLevel },
    consent: target.consent ?? undefined,
  });
  return problems.map(({ path, code }) => fieldProblem(join(target.path, path), code));
}

/** What is wrong with the media of a post by rules alone. `path` is the field that names them. */
export function mediaProblems(media: readonly MediaRow[], path = "media"): RequestProblem[] {
  if (media.length !== 1) return [fieldProblem(path, "media_count")];
  return media.flatMap((item, at) => {
    const code = unusable(item);
    return code === null ? [] : [fieldProblem(`${path}.${at}`, code)];
  });
}

/** When a post is due, or what is wrong with the time asked for. */
export function planDueTime(scheduledAt: Date | null, now: Date): { dueAt: Date; problems: RequestProblem[] } {
  const due = dueTime(scheduledAt, now);
  if (due.ok) return { dueAt: due.dueAt, problems: [] };
  return { dueAt: now, problems: [fieldProblem("scheduledAt", due.code satisfies FailureCode)] };
}

export function join(path: string, field: string): string {
  return path === "" ? field : `${path}.${field}`;
}
