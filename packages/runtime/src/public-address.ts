import ipaddr from "ipaddr.js";

// ipaddr.js takes the first two for unicast; the rest says of IPv6 what is public instead of what is not.
const refused6 = ["::/96", "64:ff9b:1::/48", "2001::/23", "2002::/16", "3fff::/20"].map((range) =>
  ipaddr.IPv6.parseCIDR(range),
);
const global6 = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * Whether an IP address belongs to the public internet: never to this machine, its network or a cloud's inside. An IPv4 address
 * inside an IPv6 one is refused: no name that means well leads there.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== "unicast") return false;
  if (!(address instanceof ipaddr.IPv6)) return true;
  return address.match(global6) && !refused6.some((range) => address.match(range));
}
