import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves on a port of 127.0.0.1 (0: any that is free). */
export async function listen(app: RequestListener, port: number): Promise<Listening> {
  const server: Server = createServer(app);
  // Only scenarios break connections: an idle one that the server closes by itself would look like a lost answer.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 10 * 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
