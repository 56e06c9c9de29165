import { Readable } from "node:stream";
import { Failure } from "@reelay/domain";
import type { Access, CallStep, Intent, Platform, PublicationFacts, Step, StepResult } from "../platform.ts";

export interface Walked {
  readonly facts: PublicationFacts;
  /** The `done` step, or null when `stopAfter` ended the walk. */
  readonly done: Extract<Step, { effect: "done" }> | null;
  /** Every call made, in order, as `name` or `name:first-last` of a chunk; a reconcile read is `reconcile`. */
  readonly calls: readonly string[];
}

export interface WalkOptions {
  readonly platform: Platform;
  readonly facts: PublicationFacts;
  readonly accessToken: string;
  readonly bytes: Buffer;
  /** Called before each call; returning true ends the walk there, as a crash before the call would. */
  readonly crashBefore?: (step: CallStep, calls: readonly string[]) => boolean;
  /** Returning true loses what the call gave, as a crash before the save would. */
  readonly crashAfter?: (step: CallStep, calls: readonly string[]) => boolean;
}

const mostCalls = 200;

/** Does what a publish worker does, in memory, on a clock that jumps over every wait. */
export async function walk(options: WalkOptions): Promise<Walked> {
  let facts = options.facts;
  const calls: string[] = [];
  while (calls.length < mostCalls) {
    if (facts.intent) {
      facts = await ask(options, facts, facts.intent, calls);
      continue;
    }
    const step = options.platform.nextStep(facts);
    if (step.effect === "done") return { facts, done: step, calls };
    if (step.effect === "wait") {
      facts = await jump(facts, step.untilMs);
      continue;
    }
    if (options.crashBefore?.(step, calls)) return { facts, done: null, calls };
    if (step.countsAsInit) facts = { ...facts, initCount: facts.initCount + 1 };
    if (step.effect === "irrevocable") facts = { ...facts, intent: intentOf(step, facts) };
    calls.push(nameOf(step));
    const result = await options.platform
      .perform(step, facts, accessOf(options), new AbortController().signal)
      .catch((error: unknown) => onThrow(step, error));
    if (options.crashAfter?.(step, calls)) return { facts, done: null, calls };
    if (result !== null) facts = saved(facts, result);
    else if (step.effect !== "irrevocable") facts = await jump(facts, 5_000);
  }
  throw new Error(`no end after ${mostCalls} calls: ${calls.join(" ")}`);
}

async function ask(
  options: WalkOptions,
  facts: PublicationFacts,
  intent: Intent,
  calls: string[],
): Promise<PublicationFacts> {
  calls.push("reconcile");
  const { accessToken, platform } = options;
  const verdict = await platform.reconcile(intent, facts, { accessToken }, new AbortController().signal);
  if (verdict.verdict === "unknown")
    return await jump({ ...facts, intent: { ...intent, seen: verdict.seen } }, verdict.askAgainMs);
  return throughJson({ ...facts, intent: null, checkpoint: verdict.checkpoint });
}

function onThrow(step: CallStep, error: unknown): null {
  if (!(error instanceof Failure)) throw error;
  if (step.effect === "irrevocable" || error.who === "nobody") return null;
  throw error;
}

function saved(facts: PublicationFacts, result: StepResult): PublicationFacts {
  if (result.outcome === "refused") throw result.failure;
  return throughJson({ ...facts, intent: null, checkpoint: result.checkpoint });
}

/** What is stored must survive being stored. */
function throughJson(facts: PublicationFacts): PublicationFacts {
  return { ...facts, checkpoint: JSON.parse(JSON.stringify(facts.checkpoint)) };
}

// The platform's own processing runs on real time: a short pause for each jump lets it go on.
async function jump(facts: PublicationFacts, ms: number): Promise<PublicationFacts> {
  await new Promise((resolve) => setTimeout(resolve, 10));
  return { ...facts, now: new Date(facts.now.getTime() + ms) };
}

function intentOf(step: CallStep, facts: PublicationFacts): Intent {
  const answerBy = new Date(facts.now.getTime() + step.timeoutMs);
  return { step: step.name, handle: step.handle ?? "", sentAt: facts.now, answerBy, seen: null };
}

function nameOf(step: CallStep): string {
  const { first, last } = (step.input ?? {}) as { first?: number; last?: number };
  return first === undefined ? step.name : `${step.name}:${first}-${last}`;
}

function accessOf({ accessToken, bytes }: WalkOptions): Access {
  const openBytes = (start: number, end: number) => Readable.from(pieces(bytes.subarray(start, end + 1)));
  return { accessToken, openBytes, onBytesSent: () => undefined };
}

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
