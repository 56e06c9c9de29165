import { Failure } from "@reelay/domain";
import type { IncomingMessage } from "node:http";
import { blocked } from "./blocked.ts";
import { checkAddress } from "./check-address.ts";
import type { OutboundRules } from "./outbound-rules.ts";
import { requestOnce } from "./request-once.ts";

const maxHops = 3;
const redirects = new Set([301, 302, 303, 307, 308]);
/** What may pass by itself. */
const passing = new Set([408, 425, 429]);

/**
 * The answer 200 of an address, after at most 3 redirects, each judged as the first address was. Throws `media_url_blocked`,
 * `redirect_blocked`, `media_url_refused` for another answer, `media_url_unreachable` for none or one of 5xx.
 */
export async function followRedirects(
  address: string,
  rules: OutboundRules,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  let url = checkAddress(address, rules);
  for (let hops = 0; ; hops += 1) {
    const answer = await ask(url, rules, { signal, isRedirected: hops > 0 });
    const status = answer.statusCode ?? 0;
    if (status === 200) return answer;
    answer.destroy();
    if (!redirects.has(status)) throw refusal(status);
    if (hops === maxHops) throw blocked(`leads on more than ${maxHops} times`, "redirect_blocked");
    url = next(url, answer.headers.location, rules);
  }
}

async function ask(
  url: URL,
  rules: OutboundRules,
  { signal, isRedirected }: { signal: AbortSignal; isRedirected: boolean },
): Promise<IncomingMessage> {
  try {
    return await requestOnce(url, rules, signal);
  } catch (error) {
    if (error instanceof Failure && isRedirected) throw blocked(error.message, "redirect_blocked");
    throw unreachable(error, signal);
  }
}

function next(from: URL, location: string | undefined, rules: OutboundRules): URL {
  const target = location !== undefined && URL.canParse(location, from.href) ? new URL(location, from).href : "";
  try {
    return checkAddress(target, rules);
  } catch (error) {
    if (error instanceof Failure) throw blocked(error.message, "redirect_blocked");
    throw error;
  }
}

function refusal(status: number): Failure {
  const mayPass = status >= 500 || passing.has(status);
  return new Failure(mayPass ? "media_url_unreachable" : "media_url_refused", {
    httpStatus: status,
    internal: `the source answered ${status}`,
  });
}

/** A broken connection or a time-out as a Failure; Failures and the caller's own signal come through as they are. */
export function unreachable(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof Failure || signal.aborted) return error;
  return new Failure("media_url_unreachable", { internal: "the source did not answer", cause: error });
}
