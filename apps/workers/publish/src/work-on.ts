import { LeaseLost } from "@reelay/database";
import { Failure } from "@reelay/domain";
import { completed, type JobContext, type Outcome } from "@reelay/jobs";
import type { Lane } from "@reelay/platforms";
import { giveUp } from "./after-failure.ts";
import { claim as takeClaim, type Claim } from "./claim.ts";
import { maxClaimsWithoutProgress, type PublishDeps } from "./deps.ts";
import type { Ran, Run } from "./run-step.ts";
import { createTokens } from "./tokens.ts";
import { createUploadMeter } from "./upload-meter.ts";

/**
 * One job: claims the publication for `lane` and lets `work` go on with it until it was given back. A job that comes too
 * late, or that loses its lease, just ends: the row says what is true, and somebody else has it.
 */
export async function workOn(
  deps: PublishDeps,
  wanted: { publicationId: string; lane: Lane },
  context: JobContext,
  work: (run: Run) => Promise<Ran>,
): Promise<Outcome> {
  context.set({ publication_id: wanted.publicationId, lane: wanted.lane });
  const claim = await takeClaim(deps, wanted);
  if (!claim) {
    context.set({ claimed: false });
    return completed;
  }
  const { accountId, platform } = claim.row;
  context.set({ claimed: true, account_id: accountId, platform });
  const meter = createUploadMeter(deps, claim);
  try {
    await deps.atPoint("claimed");
    if (claim.row.claimsWithoutProgress > maxClaimsWithoutProgress) await giveUpOn(claim);
    else
      await work({
        deps,
        claim,
        platform: deps.platforms.for(platform),
        tokens: createTokens(deps, claim),
        meter,
        context,
      });
    await deps.atPoint("ended");
    context.set({ status: claim.status });
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
    context.set({ lease_lost: true });
  } finally {
    claim.close();
    await meter.end();
  }
  return completed;
}

async function giveUpOn(claim: Claim): Promise<void> {
  const internal = `${claim.row.claimsWithoutProgress - 1} claims saved nothing`;
  await claim.end(giveUp(new Failure("no_progress", { internal }), claim.status));
}
