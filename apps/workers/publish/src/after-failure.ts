import type { Hold } from "@reelay/database";
import { backoffMs, Failure, patienceMs, type PublicationStatus } from "@reelay/domain";
import type { CallStep } from "@reelay/platforms";
import type { Times } from "@reelay/runtime";
import { probeEveryMs } from "./deps.ts";
import { failedEnding, inDoubtEnding, reviewEnding, waitEnding, type Ending, type HeldReason } from "./ending.ts";

/** The publication as a failure finds it. */
export interface FailedAt {
  readonly status: PublicationStatus;
  readonly platform: string;
  readonly type: string;
  readonly accountId: string;
  /** Retryable refusals in a row before this one, and since when. */
  readonly retryCount: number;
  readonly failingForMs: number;
  readonly initCount: number;
  readonly times: Pick<Times, "scale">;
  /** In [0, 1). */
  readonly random: number;
}

export type AfterFailure =
  | { readonly next: "refresh_token" | "lose_account" }
  | { readonly next: "end"; readonly ending: Ending; readonly hold?: Hold };

/** When the platform is asked first about a call whose answer never came. */
const firstQuestionAfterMs = 5_000;
/** An init that may have happened is one of three, so the next waits until the trouble has had time to pass. Data. */
const afterDoubtfulInitMs = [60_000, 30 * 60_000];

/**
 * What follows from a failure that a call threw, by who has to act. A throw of an irrevocable call is always a doubt,
 * never a refusal; and what the platform may have is never called failed for a question that went wrong.
 */
export function afterFailure(
  failure: Failure,
  step: Pick<CallStep, "effect" | "countsAsInit">,
  at: FailedAt,
): AfterFailure {
  if (step.effect === "irrevocable") return end(inDoubtEnding(at.times.scale(firstQuestionAfterMs)));
  if (failure.code === "token_refused") return { next: "refresh_token" };
  if (failure.code === "scope_missing") return { next: "lose_account" };
  return afterRefusal(failure, at, step.countsAsInit === true && !isDefinite(failure) ? doubtfulInitMs(at) : 0);
}

/** The same for a definite refusal, also of an irrevocable call: nothing happened. `atLeastMs` delays the next try. */
export function afterRefusal(failure: Failure, at: FailedAt, atLeastMs = 0): Extract<AfterFailure, { next: "end" }> {
  const hold = holdOf(failure, at);
  if (hold) {
    const reason: HeldReason = failure.code === "creator_cap_reached" ? "cap" : "hold";
    return { ...end(waitEnding(at.status, { reason, inMs: probeEveryMs, failure })), hold };
  }
  switch (failure.who) {
    case "nobody":
      return end(later(failure, "backoff", at, atLeastMs));
    case "operator":
      return end(later(failure, "hold", at, atLeastMs));
    case "caller":
    case "creator":
    case "maintainer":
      return end(giveUp(failure, at.status));
  }
  return failure.who satisfies never;
}

/** The platform's own answer, or a request that never left: certainly nothing happened. */
export function isDefinite(failure: Failure): boolean {
  return failure.details.neverSent === true || failure.details.platformCode !== undefined;
}

/** Failed, or, when the platform may have it, a person's to find out. */
export function giveUp(failure: Failure, status: PublicationStatus, cause?: Failure): Ending {
  if (status !== "processing") return failedEnding(status, failure, cause);
  return reviewEnding(status, new Failure("outcome_unknown"), failure);
}

function later(failure: Failure, reason: HeldReason, at: FailedAt, atLeastMs: number): Ending {
  if (at.failingForMs > at.times.scale(patienceMs)) {
    return giveUp(new Failure("platform_patience_exhausted"), at.status, failure);
  }
  const ownMs = at.times.scale(backoffMs(at.retryCount + 1, at.random));
  const inMs = Math.max(ownMs, atLeastMs, failure.details.retryAfterMs ?? 0);
  return waitEnding(at.status, { reason, inMs, failure, again: true });
}

function doubtfulInitMs({ initCount, times }: FailedAt): number {
  const longest = afterDoubtfulInitMs.at(-1) ?? 0;
  return times.scale(afterDoubtfulInitMs[initCount - 1] ?? longest);
}

function holdOf(failure: Failure, at: FailedAt): Hold | null {
  const { holdFor } = failure.details;
  if (!holdFor) return null;
  return {
    platform: at.platform,
    scope: holdFor.scope,
    ...(holdFor.scope === "feature" && { feature: at.type }),
    ...(holdFor.scope === "account" && { accountId: at.accountId }),
    failureCode: failure.code,
    forMs: holdFor.forMs,
    probeEveryMs,
  };
}

function end(ending: Ending): Extract<AfterFailure, { next: "end" }> {
  return { next: "end", ending };
}
