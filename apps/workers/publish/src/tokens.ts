import { Failure, patienceMs } from "@reelay/domain";
import { publishTokenNeedMs, type TokenAnswer } from "@reelay/flows";
import { giveUp } from "./after-failure.ts";
import type { Claim } from "./claim.ts";
import type { PublishDeps } from "./deps.ts";
import { waitEnding, type Ending } from "./ending.ts";

/** A check is one short call. */
const checkNeedMs = 60_000;

export type Held = { readonly ok: true; readonly accessToken: string; readonly version: number };
export type Tokens = ReturnType<typeof createTokens>;

/** The account's token for one job: asked for once, and once more when the platform refuses it. */
export function createTokens(deps: Pick<PublishDeps, "accessToken" | "times">, claim: Claim) {
  let held: Held | null = null;
  let wasRefused = false;
  const ask = async (rejectedVersion?: number): Promise<Held | { readonly ok: false; readonly ending: Ending }> => {
    const neededMs = claim.lane === "check" ? checkNeedMs : publishTokenNeedMs(remainingUpload(claim));
    const answer = await deps.accessToken(claim.row.accountId, {
      neededMs,
      signal: claim.signal,
      ...(rejectedVersion !== undefined && { rejectedVersion }),
    });
    if (!answer.ok) return { ok: false, ending: endingOfWait(deps, claim, answer) };
    held = answer;
    return answer;
  };
  return {
    get: async () => held ?? (await ask()),
    get version() {
      return held?.version;
    },
    /** The platform refused the token: null when the same call may be made with another one, else how the job ends. */
    async replace(): Promise<Ending | null> {
      const isSecond = wasRefused;
      wasRefused = true;
      const answer = await ask(held?.version);
      if (!answer.ok) return answer.ending;
      if (!isSecond) return null;
      return waitEnding(claim.status, { reason: "backoff", inMs: deps.times.tokenRefreshingMs, again: true });
    },
  };
}

function endingOfWait(
  { times }: Pick<PublishDeps, "times">,
  claim: Claim,
  { wait, failure }: Extract<TokenAnswer, { ok: false }>,
): Ending {
  const again = wait.reason === "backoff";
  if (again && claim.refusals.failingForMs > times.scale(patienceMs)) {
    return giveUp(new Failure("platform_patience_exhausted"), claim.status, failure);
  }
  return waitEnding(claim.status, { reason: wait.reason, inMs: wait.inMs ?? 0, again, ...(failure && { failure }) });
}

function remainingUpload({ row, facts }: Claim) {
  return { sizeBytes: Math.max(0, facts.media.sizeBytes - row.bytesSent), bytesPerSecond: row.uploadRate };
}
