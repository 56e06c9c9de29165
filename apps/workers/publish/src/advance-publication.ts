import type { advancePublication, Handler } from "@reelay/jobs";
import type { z } from "zod";
import type { PublishDeps } from "./deps.ts";
import { endingOf, failedEnding, handOver } from "./ending.ts";
import { latePolicyFailure } from "./late-policy.ts";
import { end, runStep, type Run } from "./run-step.ts";
import { workOn } from "./work-on.ts";
import { Failure } from "@reelay/domain";

/** Moves a publication on, one step at a time, until it waits, is the other lane's turn, or has ended. */
export function createAdvancePublication(deps: PublishDeps): Handler<z.infer<typeof advancePublication.payload>> {
  return async ({ publicationId }, context) =>
    await workOn(deps, { publicationId, lane: "advance" }, context, async (run) => {
      const { claim, platform } = run;
      const unfit = latePolicyFailure(claim.row) ?? (await missingBytes(run));
      if (unfit) return void (await end(run, failedEnding(claim.status, unfit)));
      for (;;) {
        const step = platform.nextStep(claim.facts);
        if (step.effect === "wait" || step.effect === "done") return void (await end(run, endingOf(step, claim.status)));
        const isOurs = step.lane === "advance" && !context.stopping.aborted;
        if (!isOurs) return void (await end(run, handOver(claim.status, step.lane)));
        if ((await runStep(run, step)) === "ended") return;
      }
    });
}

/** Found out before anything is begun: a body that breaks off in the last chunk would be a doubt. */
async function missingBytes({ claim, deps }: Run): Promise<Failure | null> {
  const [media] = claim.row.media;
  const stored = media && (await deps.storage.stat(media.storageKey));
  if (stored?.sizeBytes === media?.sizeBytes && stored) return null;
  return new Failure("media_bytes_missing", { internal: `${stored?.sizeBytes ?? "no"} bytes instead of ${media?.sizeBytes}` });
}
