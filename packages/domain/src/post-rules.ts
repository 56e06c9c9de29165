import type { FailureCode } from "./failure.ts";
import { tiktokLimits, type TiktokPrivacyLevel } from "./tiktok-limits.ts";

/** What a TikTok video target says, after omitted fields got their documented meaning. */
export interface TiktokVideoOptions {
  readonly type: "tiktok_video";
  readonly mode: "direct";
  readonly privacyLevel: TiktokPrivacyLevel | undefined;
  readonly disableComment: boolean;
  readonly disableDuet: boolean;
  readonly disableStitch: boolean;
  readonly brandOrganicToggle: boolean;
  readonly brandContentToggle: boolean;
  readonly isAigc: boolean;
  readonly videoCoverTimestampMs?: number | undefined;
}

export interface Consent {
  readonly at: string;
  readonly by: string;
  readonly musicUsage: boolean;
  readonly brandedContent: boolean;
}

export interface PostProblem {
  /** Field below the target, as in `options.privacyLevel`. */
  readonly path: string;
  readonly code: FailureCode;
}

// NUL, and half of a surrogate pair: no text can carry them.
const unpostable = /\u0000|\p{Surrogate}/u;

/** Grace in which a past `scheduledAt` still means now. */
export const scheduleGraceMs = 60_000;
/** Farthest time ahead that a post may be scheduled. */
export const scheduleHorizonMs = 366 * 24 * 60 * 60_000;

/** What is wrong with a TikTok video target before the account is asked; empty when nothing is. */
export function tiktokVideoProblems(target: {
  caption: string;
  options: TiktokVideoOptions;
  consent: Consent | undefined;
}): PostProblem[] {
  const { caption, options, consent } = target;
  const problems: PostProblem[] = [];
  const add = (path: string, code: FailureCode) => problems.push({ path, code });
  // JavaScript's length counts UTF-16 units, as TikTok does.
  if (caption.length > tiktokLimits.captionUtf16Units) add("caption", "caption_too_long");
  if (unpostable.test(caption)) add("caption", "caption_unpostable");
  if (options.privacyLevel === undefined) add("options.privacyLevel", "privacy_level_required");
  if (options.brandContentToggle && options.privacyLevel === "SELF_ONLY")
    add("options.brandContentToggle", "branded_content_private");
  const consents = consent?.musicUsage === true && (!options.brandContentToggle || consent.brandedContent);
  if (!consents) add("consent", "consent_required");
  return problems;
}

/** What the account's live options (creator_info) forbid of the target. */
export function creatorProblems(
  target: { options: Pick<TiktokVideoOptions, "privacyLevel">; durationMs: number | null },
  creator: { privacyLevels: readonly string[]; maxVideoDurationMs: number },
): PostProblem[] {
  const problems: PostProblem[] = [];
  const { privacyLevel } = target.options;
  if (privacyLevel !== undefined && !creator.privacyLevels.includes(privacyLevel)) {
    problems.push({ path: "options.privacyLevel", code: "privacy_level_not_offered" });
  }
  if (target.durationMs !== null && target.durationMs > creator.maxVideoDurationMs)
    problems.push({ path: "media", code: "video_too_long" });
  return problems;
}

/** When a post asked for `scheduledAt` is due: now for none or up to 60 s in the past; a problem otherwise. */
export function dueTime(
  scheduledAt: Date | null,
  now: Date,
): { ok: true; dueAt: Date } | { ok: false; code: FailureCode } {
  if (scheduledAt === null) return { ok: true, dueAt: now };
  const aheadMs = scheduledAt.getTime() - now.getTime();
  if (aheadMs < -scheduleGraceMs) return { ok: false, code: "scheduled_in_past" };
  if (aheadMs > scheduleHorizonMs) return { ok: false, code: "scheduled_too_far" };
  return { ok: true, dueAt: aheadMs <= 0 ? now : scheduledAt };
}
