import { Failure } from "@reelay/domain";
import { isPublicAddress } from "@reelay/runtime";
import { lookup as resolve, type LookupAddress } from "node:dns";
import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { Readable } from "node:stream";

/**
 * The bytes behind an address that the platform's answer named, as they come. https on the default port of a host whose
 * every address is public, no redirect followed; `standIn` (`host:port`) alone may be plain http and private. Throws
 * `platform_contract_broken` for an address that is not trusted, `platform_error` for any answer but 200,
 * `platform_unreachable` for none. `signal` ends the body too; the caller bounds its size.
 */
export async function openPicture(
  address: string,
  options: { standIn: string | null; signal: AbortSignal },
): Promise<Readable> {
  const url = trusted(address, options.standIn);
  const isStandIn = url.host === options.standIn;
  try {
    return await ask(url, isStandIn, options.signal);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure("platform_unreachable", { internal: `${url.host} did not give the picture` });
  }
}

function trusted(address: string, standIn: string | null): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  const isPlain = url !== null && url.username === "" && url.password === "" && address.length <= 4_096;
  if (isPlain && standIn !== null && url.host === standIn && /^https?:$/.test(url.protocol)) return url;
  // A host that is an address by itself never comes to the resolver, where addresses are judged.
  const isNamed = isPlain && isIP(url.hostname.replace(/^\[|\]$/g, "")) === 0;
  if (isNamed && url.protocol === "https:" && url.port === "") return url;
  throw untrusted(url);
}

function untrusted(url: URL | null): Failure {
  return new Failure("platform_contract_broken", { internal: `a picture on ${url ? url.origin : "no address"}` });
}

async function ask(url: URL, isStandIn: boolean, signal: AbortSignal): Promise<Readable> {
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  const answer = await new Promise<IncomingMessage>((settle, reject) => {
    // Without an agent: a connection kept for one name must not serve another that resolves elsewhere.
    const lookup = isStandIn ? {} : { lookup: onlyPublic(url) };
    const call = request(url, { agent: false, signal, ...lookup }, settle);
    call.on("error", reject);
    call.end();
  });
  if (answer.statusCode === 200) return answer;
  answer.destroy();
  throw new Failure("platform_error", {
    httpStatus: answer.statusCode ?? 0,
    internal: `${url.host} answered ${answer.statusCode} instead of a picture`,
  });
}

/** One bad answer of the resolver is enough to refuse the host, and the judged addresses are those that are used. */
function onlyPublic(url: URL): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { all: true }, (error, found: LookupAddress[]) => {
      const first = error ? undefined : found[0];
      if (error || !first) return done(error ?? new Error("no address"), "", 0);
      if (!found.every(({ address }) => isPublicAddress(address))) return done(untrusted(url), "", 0);
      if (options.all === true) return done(null, found);
      return done(null, first.address, first.family);
    });
  };
}
