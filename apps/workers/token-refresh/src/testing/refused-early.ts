import { createAccessToken } from "@reelay/flows";
import { Failure } from "@reelay/domain";
import type { Bench } from "./bench.ts";

const hourMs = 60 * 60_000;
const neededMs = 60_000;

/** The platform refuses a token that has an hour to live by its stored expiry: what the next call and its repeat come to. */
export async function refusedEarly(bench: Bench): Promise<{ refreshes: number; handle: string }> {
  const creator = await bench.connect();
  await bench.leave(creator, { accessMs: hourMs });
  bench.simulator.world.expireAccessTokens(creator.openId);
  const { grants, refreshGrant, platforms } = bench.deps();
  const accessToken = createAccessToken({ grants, refreshGrant });
  const { signal } = new AbortController();
  const ask = async (rejectedVersion?: number) => {
    const need = { neededMs, signal, ...(rejectedVersion !== undefined && { rejectedVersion }) };
    const answer = await accessToken(creator.accountId, need);
    if (!answer.ok) throw new Error(`no token: ${answer.wait.reason}`);
    const call = platforms.for("tiktok").creatorOptions(answer.accessToken, signal);
    return { version: answer.version, handle: await call.then((options) => options.handle, refusalOnly) };
  };
  const first = await ask();
  if (first.handle !== null) throw new Error("it was not refused");
  const second = await ask(first.version);
  return { refreshes: bench.calls("token", creator.openId), handle: second.handle ?? "refused" };
}

function refusalOnly(error: unknown): null {
  if (error instanceof Failure && error.code === "token_refused") return null;
  throw error;
}
