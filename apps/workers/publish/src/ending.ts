import type { LeasedWrite } from "@reelay/database";
import type { Failure, PublicationStatus, WaitReason } from "@reelay/domain";
import type { Lane, Step } from "@reelay/platforms";

/** How a job gives its publication back: status, lane, next time and reason in one write. */
export type Ending = Pick<LeasedWrite, "event" | "detail" | "change" | "checkpoint">;
export type HeldReason = Exclude<WaitReason, "asking_platform">;

const givenBack = { release: true, progressed: true } as const;

/** Of a step that is no call. */
export function endingOf(step: Extract<Step, { effect: "wait" | "done" }>, status: PublicationStatus): Ending {
  if (step.effect === "wait") {
    if (step.lane === "advance") return waitEnding(status, { reason: "backoff", inMs: step.untilMs, lane: "advance" });
    return { change: { ...givenBack, lane: "check", nextInMs: step.untilMs, waitReason: step.why } };
  }
  switch (step.status) {
    case "published":
    case "delivered":
      return publishedEnding(step, status);
    case "failed":
      return failedEnding(status, step.failure);
    case "needs_review":
      return reviewEnding(status, step.failure);
  }
  return step satisfies never;
}

/** Nothing is wrong, but another worker may go on: a stop, or the other lane's turn. */
export function handOver(status: PublicationStatus, lane: Lane): Ending {
  if (status === "processing" && lane === "advance") return waitEnding(status, { reason: "backoff", inMs: 0, lane });
  return { change: { ...givenBack, lane, nextInMs: 0 } };
}

export interface Wait {
  readonly reason: HeldReason;
  readonly inMs: number;
  readonly lane?: Lane;
  /** Why, when a failure is the reason. */
  readonly failure?: Failure;
  /** Counts as one more refusal in a row. */
  readonly again?: boolean;
}

/** Goes on later. While the platform has it, or after it was published, waiting is no event. */
export function waitEnding(status: PublicationStatus, wait: Wait): Ending {
  const { reason, failure } = wait;
  const change: LeasedWrite["change"] = {
    ...givenBack,
    nextInMs: wait.inMs,
    ...(wait.lane && { lane: wait.lane }),
    ...(wait.again === true && { refusals: "again" as const }),
  };
  if (isPublished(status)) return { change };
  const because = failure ? { failure: storedFailure(failure) } : {};
  const detail = { reason, ...(failure && { code: failure.code }) };
  if (status === "processing" && wait.lane !== "advance") {
    const isShown = reason === "hold" || reason === "account_needs_reconnect";
    return { change: { ...change, ...because, waitReason: isShown ? reason : "asking_platform" } };
  }
  const event = { type: status === "processing" ? "refused" : "held", reason } as const;
  return { event, detail, change: { ...change, ...because, waitReason: reason } };
}

export function failedEnding(status: PublicationStatus, failure: Failure, cause?: Failure): Ending {
  if (isPublished(status)) return stopLooking();
  if (status === "needs_review") return leaveInReview(null);
  return {
    event: { type: "failed" },
    detail: { code: failure.code },
    change: { ...givenBack, nextInMs: null, waitReason: null, intent: null, failure: storedFailure(failure, cause) },
    checkpoint: null,
  };
}

/** It may have happened and cannot be found out: a person looks. Intent and checkpoint stay, for late evidence. */
export function reviewEnding(status: PublicationStatus, failure: Failure, cause?: Failure): Ending {
  if (isPublished(status)) return stopLooking();
  return {
    event: { type: "review_needed" },
    detail: { code: failure.code },
    change: { ...givenBack, nextInMs: null, waitReason: null, failure: storedFailure(failure, cause) },
  };
}

/** A person still has to say; the platform is asked once more in `inMs`, or never unless another webhook comes. */
export function leaveInReview(inMs: number | null): Ending {
  return { change: { ...givenBack, nextInMs: inMs } };
}

/** The same after a definite refusal of the irrevocable call: it did not happen, so the publication is free to go on. */
export function asRefusal(ending: Ending): Ending {
  const { event, change } = ending;
  const refused = event?.type === "held" ? { event: { type: "refused", reason: event.reason } as const } : {};
  return { ...ending, ...refused, change: { ...change, lane: "advance", intent: null } };
}

/** Sent, and no answer that says whether it happened: the platform is asked. */
export function inDoubtEnding(inMs: number): Ending {
  return { change: { ...givenBack, lane: "check", nextInMs: inMs, waitReason: "asking_platform" } };
}

function publishedEnding(
  step: Extract<Step, { status: "published" | "delivered" }>,
  status: PublicationStatus,
): Ending {
  const { platformPostId, permalink } = step.result;
  const looksAgain = step.lookAgainMs !== null;
  const change: LeasedWrite["change"] = {
    ...givenBack,
    ...(platformPostId !== null && { platformPostId }),
    ...(permalink !== null && { permalink }),
    lane: "check",
    nextInMs: step.lookAgainMs,
    waitReason: null,
    intent: null,
    failure: null,
    refusals: "none",
    progressStep: null,
  };
  // Without the post's address the checkpoint stays: a webhook may say that the post has become public.
  const checkpoint = looksAgain || platformPostId === null ? {} : { checkpoint: null };
  if (isPublished(status)) {
    if (permalink === null) return { change, ...checkpoint };
    return { event: { type: "permalink_found" }, detail: { permalink }, change, ...checkpoint };
  }
  const published = { ...change, publishedNow: true, resolvedBy: "platform" };
  return {
    event: { type: step.status },
    detail: permalink === null ? {} : { permalink },
    change: published,
    ...checkpoint,
  };
}

function stopLooking(): Ending {
  return { change: { ...givenBack, nextInMs: null, waitReason: null }, checkpoint: null };
}

function isPublished(status: PublicationStatus): boolean {
  return status === "published" || status === "delivered";
}

/** What the row keeps of a failure: codes and the platform's log id, no texts. */
export function storedFailure(failure: Failure, cause?: Failure) {
  const { platformCode, platformLogId } = failure.details;
  return {
    code: failure.code,
    ...(platformCode !== undefined && { platformCode }),
    ...(platformLogId !== undefined && { platformLogId }),
    ...(cause && { cause: storedCause(cause) }),
  };
}

function storedCause({ code, details: { platformCode, platformLogId } }: Failure) {
  return {
    code,
    ...(platformCode !== undefined && { platformCode }),
    ...(platformLogId !== undefined && { platformLogId }),
  };
}
