import { Failure } from "@reelay/domain";
import { reconcileEndpoint, takeCall } from "./budgets.ts";
import { endingOf, leaveInReview } from "./ending.ts";
import { answersWake, end, note, saveAndEnd, type Ran, type Run } from "./run-step.ts";

const lookAgainAfterMs = 5 * 60_000;

/**
 * A webhook speaks of a publication that waits for a person: the platform is asked once. Only that it was published
 * changes anything; whatever else it says, the person decides.
 */
export async function lookAgain(run: Run): Promise<Ran> {
  const { claim, deps } = run;
  const laterMs = deps.times.scale(lookAgainAfterMs);
  const token = await run.tokens.get();
  if (!token.ok) return await end(run, leaveInReview(laterMs));
  const emptyForMs = await takeCall(deps.database, claim.row, reconcileEndpoint(claim.row.platform));
  if (emptyForMs !== null) return await end(run, leaveInReview(emptyForMs));
  try {
    await saveFinding(run, await ask(run, token.accessToken));
    return "ended";
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const mayPass = error.who === "nobody" || error.code === "unavailable";
    await end(run, mayPass ? leaveInReview(laterMs) : stayInReview(run));
    return note(run, error);
  }
}

/** The checkpoint that the platform's answer makes, or null when it settles nothing. */
async function ask({ claim, context, platform }: Run, accessToken: string): Promise<unknown> {
  claim.guard();
  const { facts } = claim;
  const signal = AbortSignal.any([claim.signal, context.signal]);
  if (facts.intent) {
    const verdict = await platform.reconcile(facts.intent, facts, { accessToken }, signal);
    return verdict.verdict === "happened" ? verdict.checkpoint : null;
  }
  const step = platform.nextStep({ ...facts, woken: true });
  if (step.effect !== "read" || step.lane !== "check") return null;
  const access = { accessToken, openBytes: noBytes, onBytesSent: noBytes };
  const result = await platform.perform(step, facts, access, signal);
  return result.outcome === "advanced" ? result.checkpoint : null;
}

async function saveFinding(run: Run, checkpoint: unknown): Promise<void> {
  const { claim, platform } = run;
  const next =
    checkpoint === null ? null : platform.nextStep({ ...claim.facts, checkpoint, intent: null, woken: false });
  if (next?.effect !== "done" || next.status !== "published") {
    await end(run, stayInReview(run));
    return;
  }
  const saved = {
    change: answersWake(claim),
    checkpoint,
    journal: { kind: "verdict", step: "late_evidence", answer: { verdict: "happened" } } as const,
  };
  await saveAndEnd(claim, saved, endingOf(next, claim.status));
}

function stayInReview({ claim }: Run) {
  const ending = leaveInReview(null);
  return { ...ending, change: { ...ending.change, ...answersWake(claim) } };
}

function noBytes(): never {
  throw new Failure("internal", { internal: "a read sends no bytes" });
}
