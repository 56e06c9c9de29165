import { Failure } from "@reelay/domain";
import type { advancePublication, Handler } from "@reelay/jobs";
import type { z } from "zod";
import type { PublishDeps } from "./deps.ts";
import { endingOf, failedEnding, handOver } from "./ending.ts";
import { latePolicyFailure } from "./late-policy.ts";
import { end, runStep, type Ran, type Run } from "./run-step.ts";
import { workOn } from "./work-on.ts";

/** Moves a publication on, one step at a time, until it waits, is the other lane's turn, or has ended. */
export function createAdvancePublication(deps: PublishDeps): Handler<z.infer<typeof advancePublication.payload>> {
  return async ({ publicationId }, context) =>
    await workOn(deps, { publicationId, lane: "advance" }, context, async (run) => {
      const unfit = latePolicyFailure(run.claim.row) ?? (await missingBytes(run));
      if (unfit) return await end(run, failedEnding(run.claim.status, unfit));
      let ran: Ran = "goes_on";
      while (ran === "goes_on") ran = await nextStep(run);
      return ran;
    });
}

async function nextStep(run: Run): Promise<Ran> {
  const { claim, context, platform } = run;
  const step = platform.nextStep(claim.facts);
  if (step.effect === "wait" || step.effect === "done") return await end(run, endingOf(step, claim.status));
  const isOurs = step.lane === "advance" && !context.stopping.aborted;
  return isOurs ? await runStep(run, step) : await end(run, handOver(claim.status, step.lane));
}

/** Found out before anything is begun: a body that breaks off in the last chunk would be a doubt. */
async function missingBytes({ claim, deps }: Run): Promise<Failure | null> {
  const [media] = claim.row.media;
  const stored = media && (await deps.storage.stat(media.storageKey));
  if (stored?.sizeBytes === media?.sizeBytes && stored) return null;
  return new Failure("media_bytes_missing", {
    internal: `${stored?.sizeBytes ?? "no"} bytes instead of ${media?.sizeBytes}`,
  });
}
