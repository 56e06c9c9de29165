import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { blocked } from "./blocked.ts";
import type { OutboundRules } from "./outbound-rules.ts";
import { resolvePublic } from "./resolve-public.ts";

/**
 * Asks a checked address once, follows nothing, and answers when the headers are there. The connection goes to an address that
 * was judged, and is judged again when it stands.
 */
export async function requestOnce(url: URL, rules: OutboundRules, signal: AbortSignal): Promise<IncomingMessage> {
  const addresses = await resolvePublic(url, rules);
  signal.throwIfAborted();
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  return await new Promise<IncomingMessage>((resolve, reject) => {
    const call = request(url, {
      // Without an agent there is no proxy, and no connection kept for one name that serves another.
      agent: false,
      signal,
      timeout: rules.idleTimeoutMs,
      lookup: answerWith(addresses),
      headers: { accept: "*/*", "accept-encoding": "identity", "user-agent": "Reelay" },
      ...(rules.certificateAuthority !== undefined && { ca: rules.certificateAuthority }),
    });
    call.once("socket", (socket) =>
      socket.once("connect", () => {
        if (!rules.isAllowedAddress(socket.remoteAddress ?? "")) call.destroy(blocked("is not a public address"));
      }),
    );
    call.once("timeout", () => call.destroy(new Error("nothing came for too long")));
    call.once("response", resolve);
    call.on("error", reject);
    call.end();
  });
}

function answerWith(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_hostname, options, done) => {
    const [first] = found;
    if (options.all === true) done(null, found);
    else done(null, first?.address ?? "", first?.family);
  };
}
