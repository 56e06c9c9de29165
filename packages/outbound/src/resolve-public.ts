import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { blocked } from "./blocked.ts";
import { hostOf } from "./check-address.ts";
import type { OutboundRules } from "./outbound-rules.ts";

/** As the machine resolves names, its hosts file included. */
export async function resolveName(hostname: string): Promise<string[]> {
  const found = await lookup(hostname, { all: true, verbatim: true });
  return found.map(({ address }) => address);
}

/**
 * The addresses that a checked host may be reached by. One answer that is not public is enough to refuse the host
 * (`media_url_blocked`); what the resolver throws comes through as it is.
 */
export async function resolvePublic(url: URL, rules: OutboundRules): Promise<readonly string[]> {
  const host = hostOf(url);
  if (isIP(host) !== 0) return [host];
  const addresses = await rules.resolve(host);
  if (addresses.length === 0) throw new Error("the name has no address");
  if (!addresses.every((address) => rules.isAllowedAddress(address)))
    throw blocked("does not lead to a public address");
  return addresses;
}
