import { Failure, patienceMs } from "@reelay/domain";
import type { checkPublication, Handler } from "@reelay/jobs";
import type { Intent, Verdict } from "@reelay/platforms";
import type { z } from "zod";
import { afterFailure } from "./after-failure.ts";
import { reconcileEndpoint, takeCall } from "./budgets.ts";
import type { PublishDeps } from "./deps.ts";
import { endingOf, handOver, inDoubtEnding, reviewEnding, storedFailure, waitEnding, type Ending } from "./ending.ts";
import { lookAgain } from "./look-again.ts";
import { anotherToken, answersWake, end, failedAt, note, runStep, saveAndEnd, type Ran, type Run } from "./run-step.ts";
import { workOn } from "./work-on.ts";

/** Asks the platform what became of a publication; only reads, and never sends. */
export function createCheckPublication(deps: PublishDeps): Handler<z.infer<typeof checkPublication.payload>> {
  return async ({ publicationId }, context) =>
    await workOn(deps, { publicationId, lane: "check" }, context, async (run) => {
      if (run.claim.status === "needs_review") return await lookAgain(run);
      let ran: Ran = "goes_on";
      while (ran === "goes_on") ran = await nextQuestion(run);
      return ran;
    });
}

async function nextQuestion(run: Run): Promise<Ran> {
  const { claim, context, platform } = run;
  const { facts } = claim;
  if (facts.intent) {
    if (context.stopping.aborted) return await end(run, handOver(claim.status, "check"));
    return await reconcile(run, facts.intent);
  }
  const step = platform.nextStep(facts);
  if (step.effect === "wait" || step.effect === "done") return await end(run, endingOf(step, claim.status));
  const isOurs = step.lane === "check" && !context.stopping.aborted;
  return isOurs ? await runStep(run, step) : await end(run, handOver(claim.status, step.lane));
}

/** One question about an intent whose outcome was never saved. */
async function reconcile(run: Run, intent: Intent): Promise<Ran> {
  const { claim, context, deps, platform } = run;
  const token = await run.tokens.get();
  if (!token.ok) return await end(run, token.ending);
  const emptyForMs = await takeCall(deps.database, claim.row, reconcileEndpoint(claim.row.platform));
  if (emptyForMs !== null) return await end(run, waitEnding(claim.status, { reason: "budget", inMs: emptyForMs }));
  await deps.atPoint("before-reconcile");
  let verdict: Verdict;
  try {
    claim.guard();
    const signal = AbortSignal.any([claim.signal, context.signal]);
    verdict = await platform.reconcile(intent, claim.facts, { accessToken: token.accessToken }, signal);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await deps.atPoint("failed-reconcile");
    return await afterNoAnswer(run, error);
  }
  await deps.atPoint("after-reconcile");
  const ran = await saveVerdict(run, intent, verdict);
  await deps.atPoint("saved-reconcile");
  return ran;
}

async function saveVerdict(run: Run, intent: Intent, verdict: Verdict): Promise<Ran> {
  const { claim, platform } = run;
  if (verdict.verdict === "unknown") return await end(run, stillUnknown(run, intent, verdict));
  const { checkpoint } = verdict;
  const next = platform.nextStep({ ...claim.facts, checkpoint, intent: null, woken: false });
  const isCall = next.effect !== "wait" && next.effect !== "done";
  const hasHappened = verdict.verdict === "happened";
  const answer = {
    verdict: verdict.verdict,
    ...(!hasHappened && verdict.failure && { failure: storedFailure(verdict.failure) }),
  };
  const saved = {
    change: { intent: null, progressed: true, refusals: "none", failure: null, ...answersWake(claim) } as const,
    checkpoint,
    journal: { kind: "verdict", step: intent.step, handle: intent.handle, answer } as const,
  };
  if (next.effect === "done") {
    await saveAndEnd(claim, saved, endingOf(next, claim.status));
    return "ended";
  }
  if (!hasHappened) {
    const inMs = isCall ? 0 : next.untilMs;
    await saveAndEnd(claim, saved, didNotHappen(inMs));
    return "ended";
  }
  const accepted = { ...saved, event: { type: "accepted_by_platform" } as const };
  if (isCall) {
    await claim.save(accepted);
    return "goes_on";
  }
  await saveAndEnd(claim, accepted, endingOf(next, claim.status));
  return "ended";
}

function didNotHappen(inMs: number): Ending {
  const change = { lane: "advance", nextInMs: inMs, waitReason: "backoff", release: true, progressed: true } as const;
  return { event: { type: "did_not_happen" }, change };
}

function stillUnknown({ claim, deps }: Run, intent: Intent, verdict: Extract<Verdict, { verdict: "unknown" }>): Ending {
  const sentForMs = claim.facts.now.getTime() - intent.sentAt.getTime();
  if (sentForMs > deps.times.scale(patienceMs)) return reviewEnding(claim.status, new Failure("outcome_unknown"));
  const ending = inDoubtEnding(verdict.askAgainMs);
  const seen = verdict.seen === undefined ? null : JSON.parse(JSON.stringify(verdict.seen));
  const asked = { ...intent, sentAt: intent.sentAt.toISOString(), answerBy: intent.answerBy.toISOString(), seen };
  return {
    ...ending,
    change: { ...ending.change, intent: asked, refusals: "none", failure: null, ...answersWake(claim) },
  };
}

/** The question itself failed: no evidence of anything. */
async function afterNoAnswer(run: Run, failure: Failure): Promise<Ran> {
  const { claim, context } = run;
  if (context.signal.aborted && failure.code === "unavailable") return await end(run, handOver(claim.status, "check"));
  const after = afterFailure(failure, { effect: "read" }, failedAt(run));
  if (after.next === "end") {
    if (after.hold) await run.deps.holds.place(after.hold);
    await end(run, after.ending);
    return note(run, failure);
  }
  const ending = await anotherToken(run, failure);
  return ending ? await end(run, ending) : "goes_on";
}
