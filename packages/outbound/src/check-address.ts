import { isIP } from "node:net";
import { blocked } from "./blocked.ts";
import type { OutboundRules } from "./outbound-rules.ts";

const maxLength = 2_048;
// Names that are resolved inside a network, or by it: RFC 6761, RFC 6762, RFC 8375 and ICANN's .internal.
const insideNames = /(^|\.)(localhost|localdomain|local|internal|intranet|lan|home\.arpa)$/;

/**
 * Parses an address once, as browsers do; what it answers is what may be asked. Throws `media_url_blocked` for another scheme,
 * port or user information, and for a host that is no public name or address.
 */
export function checkAddress(text: string, rules: OutboundRules): URL {
  if (text.length > maxLength) throw blocked(`is longer than ${maxLength} characters`);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) throw blocked("is not an absolute address");
  const isAllowedScheme = url.protocol === "https:" || (rules.allowHttp && url.protocol === "http:");
  if (!isAllowedScheme) throw blocked(rules.allowHttp ? "must begin with https: or http:" : "must begin with https:");
  if (url.username !== "" || url.password !== "") throw blocked("must not hold a name or password");
  if (!rules.ports.includes(portOf(url))) throw blocked("must be on the usual port");
  checkHost(hostOf(url), rules);
  return url;
}

/** The host without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

function portOf(url: URL): number {
  return url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
}

function checkHost(host: string, rules: OutboundRules): void {
  if (isIP(host) !== 0) {
    // A host that is an address by itself never comes to the resolver, where addresses are judged.
    if (!rules.isAllowedAddress(host)) throw blocked("is not a public address");
    return;
  }
  const name = host.replace(/\.+$/, "");
  if (!name.includes(".") || insideNames.test(name)) throw blocked("is not a public name");
}
