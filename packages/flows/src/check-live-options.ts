import { creatorProblems, Failure, mediaProbe } from "@reelay/domain";
import type { CreatorOptions } from "@reelay/platforms";
import { join, type PlannedTarget } from "./plan-target.ts";
import { fieldProblem, refuse, type RequestProblem } from "./request-problem.ts";

/** What an account may post now, as the platform says. Throws a Failure when it does not say. */
export type AskCreator = (accountId: string, signal: AbortSignal) => Promise<CreatorOptions>;

/**
 * Refuses what the account does not offer (`privacy_level_not_offered`, `video_too_long`). A platform that cannot be asked
 * refuses nothing: the same is asked again before anything is sent. No transaction may be open meanwhile.
 */
export async function checkLiveOptions(
  askCreator: AskCreator,
  targets: readonly PlannedTarget[],
  signal: AbortSignal,
): Promise<void> {
  const answers = new Map<string, Promise<CreatorOptions | null>>();
  for (const { accountId } of targets) {
    if (!answers.has(accountId)) answers.set(accountId, askCreator(accountId, signal).catch(unlessSilent(signal)));
  }
  const problems = await Promise.all(
    targets.map(async (target): Promise<RequestProblem[]> => {
      const creator = (await answers.get(target.accountId)) ?? null;
      if (creator === null) return [];
      const found = creatorProblems(
        { options: { privacyLevel: target.options.privacyLevel }, durationMs: durationMs(target) },
        creator,
      );
      return found.map(({ path, code }) => fieldProblem(path === "media" ? "media.0" : join(target.path, path), code));
    }),
  );
  refuse(problems.flat());
}

/** Length of what will be posted, as far as it is known before it is probed. */
function durationMs(target: PlannedTarget): number | null {
  const [media] = target.media;
  if (media?.kind === "image") return target.options.still.durationMs;
  const probe = mediaProbe.safeParse(media?.probe);
  return probe.success ? probe.data.durationMs : null;
}

function unlessSilent(signal: AbortSignal): (error: unknown) => null {
  return (error) => {
    if (error instanceof Failure || signal.aborted) return null;
    throw error;
  };
}
