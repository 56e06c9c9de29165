import { isPublicAddress } from "@reelay/runtime";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { createOutbound, type Outbound } from "../create-outbound.ts";
import type { OutboundRules } from "../outbound-rules.ts";

/** A loopback address that plays a public one; everything else on this machine stays private. */
const publicAddress = "127.0.0.2";

export interface TestInternet {
  /** `http://source.test:<port>`, served by `listener` at what counts as a public address. */
  readonly url: string;
  readonly port: number;
  /** Requests that came to 127.0.0.1 and ::1 on the same port: none may. */
  readonly canary: { readonly hits: readonly string[] };
  /** Requests that came to the source. */
  readonly source: { readonly hits: string[]; listener: RequestListener };
  /** What names resolve to; each list is used up to its last answer. `source.test` is the source. */
  readonly names: Map<string, string[][]>;
  /** A client for which the source is public. */
  outbound(options?: { allowHttp?: boolean }, given?: Partial<OutboundRules>): Outbound;
  close(): Promise<void>;
}

/** A public source and a private canary on one port of this machine, and a resolver of one's own. */
export async function openTestInternet(tls?: { key: string; cert: string }): Promise<TestInternet> {
  const canaryHits: string[] = [];
  const source: TestInternet["source"] = { hits: [], listener: (_req, res) => void res.end("nothing") };
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  const open = async (listener: RequestListener, port: number, host: string, secure = tls) => {
    const server = secure ? createTlsServer(secure, listener) : createServer(listener);
    server.on("connection", (socket: Socket) => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
    });
    server.listen(port, host);
    await once(server, "listening");
    servers.push(server);
    return (server.address() as AddressInfo).port;
  };
  const port = await open(
    (req, res) => {
      source.hits.push(`${req.headers.host}${req.url}`);
      source.listener(req, res);
    },
    0,
    publicAddress,
  );
  const canary: RequestListener = (req, res) => {
    canaryHits.push(`${req.headers.host}${req.url}`);
    res.end("secret");
  };
  await open(canary, port, "127.0.0.1", undefined);
  await open(canary, port, "::1", undefined).catch(() => undefined);
  const names = new Map<string, string[][]>([["source.test", [[publicAddress]]]]);
  return {
    url: `${tls ? "https" : "http"}://source.test:${port}`,
    port,
    canary: { hits: canaryHits },
    source,
    names,
    outbound: (options = {}, given = {}) =>
      createOutbound(
        { allowHttp: options.allowHttp ?? true },
        {
          ports: [80, 443, port],
          isAllowedAddress: (address) => address === publicAddress || isPublicAddress(address),
          resolve: async (name) => {
            const answers = names.get(name) ?? [];
            const answer = answers.length > 1 ? answers.shift() : answers[0];
            if (!answer) throw new Error(`no such name: ${name}`);
            return answer;
          },
          ...given,
        },
      ),
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}
