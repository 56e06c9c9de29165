import { Failure } from "@reelay/domain";
import type { JobContext } from "@reelay/jobs";
import type { Access, CallStep, Intent, Platform, PublicationFacts, StepResult } from "@reelay/platforms";
import { liftHolds, type LeasedWrite } from "@reelay/database";
import { afterFailure, afterRefusal, isDefinite, type FailedAt } from "./after-failure.ts";
import { takeCall } from "./budgets.ts";
import type { Claim } from "./claim.ts";
import type { PublishDeps } from "./deps.ts";
import { asRefusal, endingOf, handOver, storedFailure, waitEnding, type Ending } from "./ending.ts";
import type { Held, Tokens } from "./tokens.ts";
import type { UploadMeter } from "./upload-meter.ts";

/** One job's work on its claimed publication. */
export interface Run {
  readonly deps: PublishDeps;
  readonly claim: Claim;
  readonly platform: Platform;
  readonly tokens: Tokens;
  readonly meter: UploadMeter;
  readonly context: Pick<JobContext, "signal" | "stopping" | "set">;
}

export type Ran = "goes_on" | "ended";

/** Token, budget, the write before the call, the call, the write after it: one step, and what follows from it. */
export async function runStep(run: Run, step: CallStep): Promise<Ran> {
  const { claim, deps } = run;
  const token = await run.tokens.get();
  if (!token.ok) return await end(run, token.ending);
  const emptyForMs = await takeCall(deps.database, claim.row, step.endpoint);
  if (emptyForMs !== null) return await end(run, waitEnding(claim.status, { reason: "budget", inMs: emptyForMs }));

  await deps.atPoint(`before-${step.name}`);
  const answerInMs = await writeBefore(claim, step, deps);
  await deps.atPoint(`sending-${step.name}`);
  let result: StepResult;
  try {
    result = await call(run, step, token, answerInMs);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await deps.atPoint(`failed-${step.name}`);
    return await afterThrow(run, step, error);
  }
  await deps.atPoint(`after-${step.name}`);
  const ran =
    result.outcome === "refused" ? await saveRefusal(run, step, result) : await saveAdvance(run, step, result);
  await deps.atPoint(`saved-${step.name}`);
  return ran;
}

/** What must be on record before the call is made. Returns how long an irrevocable call may take from now. */
async function writeBefore(claim: Claim, step: CallStep, { times }: PublishDeps): Promise<number> {
  const inits = step.countsAsInit === true ? { initCount: claim.facts.initCount + 1 } : {};
  const isNew = claim.status === "scheduled" || claim.status === "waiting";
  if (isNew) {
    const change = { ...inits, waitReason: null, progressStep: step.name, bytesTotal: claim.facts.media.sizeBytes };
    await claim.write({ event: { type: "started" }, change });
  } else if (step.countsAsInit === true) {
    await claim.write({ change: { ...inits, progressStep: step.name } });
  }
  if (step.effect !== "irrevocable") return step.timeoutMs;
  const startedAt = performance.now();
  const intent = intentOf(step, claim.facts);
  await claim.write({
    event: { type: "intent_saved" },
    change: {
      intent: { ...intent, sentAt: intent.sentAt.toISOString(), answerBy: intent.answerBy.toISOString(), seen: null },
      lane: "check",
      nextInMs: 0,
      waitReason: "asking_platform",
      progressStep: step.name,
      progressed: true,
      renewLeaseMs: times.leaseMs,
    },
    journal: { kind: "intent", step: step.name, handle: intent.handle },
  });
  return Math.max(1, step.timeoutMs - (performance.now() - startedAt));
}

function intentOf(step: CallStep, { now }: PublicationFacts): Intent {
  if (step.handle === undefined)
    throw new Failure("internal", { internal: `${step.name} names no handle to ask about` });
  const answerBy = new Date(now.getTime() + step.timeoutMs);
  return { step: step.name, handle: step.handle, sentAt: now, answerBy, seen: null };
}

async function call(
  { claim, context, deps, meter, platform }: Run,
  step: CallStep,
  token: Held,
  answerInMs: number,
): Promise<StepResult> {
  claim.guard();
  const [media] = claim.row.media;
  if (!media) throw new Failure("media_bytes_missing");
  let onSent: ((bytes: number) => void) | undefined;
  const access: Access = {
    accessToken: token.accessToken,
    openBytes(start, end) {
      onSent = meter.begin(start);
      return deps.storage.pieces(media.storageKey, { start, end });
    },
    onBytesSent(bytes) {
      claim.guard();
      onSent?.(bytes);
    },
  };
  // A stop never cuts off what cannot be taken back; only the lease and the promised end do.
  const isFinalCall = step.effect === "irrevocable";
  const bounds = isFinalCall ? AbortSignal.timeout(Math.ceil(answerInMs)) : context.signal;
  const result = await platform.perform(step, claim.facts, access, AbortSignal.any([claim.signal, bounds]));
  if (onSent) meter.sent();
  return result;
}

async function saveAdvance(
  run: Run,
  step: CallStep,
  result: Extract<StepResult, { outcome: "advanced" }>,
): Promise<Ran> {
  const { claim, platform } = run;
  const { checkpoint, bytesAcknowledged, handle } = result;
  const isFinalCall = step.effect === "irrevocable";
  const isRecorded = isFinalCall || step.countsAsInit === true;
  const next = platform.nextStep({ ...claim.facts, checkpoint, woken: false, ...(isFinalCall && { intent: null }) });
  const isCall = next.effect !== "wait" && next.effect !== "done";
  const answer = {
    kind: "answer",
    step: step.name,
    handle: step.handle ?? null,
    answer: { ...result.journal },
  } as const;
  const saved: LeasedWrite = {
    ...(isFinalCall && { event: { type: "accepted_by_platform" } as const }),
    change: {
      progressed: true,
      refusals: "none",
      failure: null,
      ...(isFinalCall && { intent: null }),
      ...(bytesAcknowledged !== undefined && { bytesSent: bytesAcknowledged }),
      ...(handle !== undefined && { platformHandle: handle }),
      ...(claim.lane === "check" && answersWake(claim)),
      progressStep: isCall ? next.name : step.name,
    },
    checkpoint,
    ...(isRecorded && { journal: answer }),
  };
  await liftDisproved(run, step);
  if (!isCall) {
    await saveAndEnd(claim, saved, endingOf(next, claim.status));
    return "ended";
  }
  await claim.save(saved);
  return "goes_on";
}

/** The platform was asked after the webhook that woke this job had come. */
export function answersWake({ row }: Pick<Claim, "row">) {
  return { wake: { seen: row.wokenBy, answered: true } } as const;
}

/** A hold let this job through to try: what it was about works again. */
async function liftDisproved({ claim, deps }: Run, step: CallStep): Promise<void> {
  const { accountId, isProbe, platform, type } = claim.row;
  if (!isProbe) return;
  if (step.countsAsInit === true) await liftHolds(deps.database, { platform, feature: type, accountId });
  else if (claim.lane === "check") await liftHolds(deps.database, { platform });
}

async function saveRefusal(
  run: Run,
  step: CallStep,
  result: Extract<StepResult, { outcome: "refused" }>,
): Promise<Ran> {
  const { failure, checkpoint, journal } = result;
  // Nothing happened, so it is where it was before the intent.
  const { ending, hold } = afterRefusal(failure, { ...failedAt(run), status: "uploading" });
  if (hold) await run.deps.holds.place(hold);
  const answer = { ...journal, ...storedFailure(failure) };
  const refused = { kind: "refused", step: step.name, handle: step.handle ?? null, answer } as const;
  await saveAndEnd(run.claim, { change: {}, checkpoint, journal: refused }, asRefusal(ending));
  return note(run, failure);
}

/** An exception of a call that may be repeated is a refusal or no answer; of one that may not, a doubt. */
async function afterThrow(run: Run, step: CallStep, failure: Failure): Promise<Ran> {
  const { claim, context } = run;
  const isFinalCall = step.effect === "irrevocable";
  if (!isFinalCall && context.signal.aborted && failure.code === "unavailable") {
    return await end(run, handOver(claim.status, claim.lane));
  }
  const inits = step.countsAsInit === true && isDefinite(failure) ? { initCount: claim.facts.initCount - 1 } : {};
  const isRecorded = isFinalCall || isDefinite(failure);
  const kind = isFinalCall ? "in_doubt" : "refused";
  const saved: LeasedWrite = {
    change: inits,
    ...(isRecorded && {
      journal: { kind, step: step.name, handle: step.handle ?? null, answer: storedFailure(failure) },
    }),
  };
  const after = afterFailure(failure, step, failedAt(run));
  if (after.next === "end") {
    if (after.hold) await run.deps.holds.place(after.hold);
    await saveAndEnd(claim, saved, after.ending);
    return note(run, failure);
  }
  await claim.save(saved);
  const ending = await anotherToken(run, failure);
  return ending ? await end(run, ending) : "goes_on";
}

/** Null when the same call may be made once more, else how the job ends. Also for the reads of a reconcile. */
export async function anotherToken({ claim, deps, tokens }: Run, failure: Failure): Promise<Ending | null> {
  if (failure.code !== "scope_missing") return await tokens.replace();
  await deps.accounts.loseForScope({ accountId: claim.row.accountId, ifVersion: tokens.version ?? 0 });
  return waitEnding(claim.status, { reason: "account_needs_reconnect", inMs: 0, failure });
}

export function failedAt({ claim, deps }: Run): FailedAt {
  const { accountId, platform, type } = claim.row;
  const { status, refusals, facts } = claim;
  const random = Math.random();
  return { status, platform, type, accountId, ...refusals, initCount: facts.initCount, times: deps.times, random };
}

export async function end({ claim }: Pick<Run, "claim">, ending: Ending): Promise<"ended"> {
  await claim.end(ending);
  return "ended";
}

/** For the attempt's log line: the row keeps codes only. */
export function note({ context }: Pick<Run, "context">, failure: Failure): "ended" {
  context.set({ failure_code: failure.code, failure_class: failure.who, failure_detail: failure.message });
  return "ended";
}

/** One write where one event at most is told, else two. */
export async function saveAndEnd(claim: Claim, saved: LeasedWrite, ending: Ending): Promise<void> {
  if (saved.event && ending.event) {
    await claim.save(saved);
    return await claim.end(ending);
  }
  await claim.end({ ...saved, ...ending, change: { ...saved.change, ...ending.change } });
}
