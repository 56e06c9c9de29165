import { randomInt } from "node:crypto";
import { createServer } from "node:net";

// Below the ports that systems give to outgoing connections: one of those may take a port between our look and our use.
const ours = { first: 20_000, count: 12_000 };

/** A port of 127.0.0.1 that nothing listens on: `preferred` when it is free, else one at random, so that two who look at once differ. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isFree(preferred))) return preferred;
  for (let tries = 0; tries < 20; tries += 1) {
    const port = ours.first + randomInt(ours.count);
    if (await isFree(port)) return port;
  }
  throw new Error("no port is free");
}

/** Whether `port` can be listened on, on this host's loopback and on all addresses. */
export async function isFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== null;
}

/** What to say when `port` is taken: the sentence holds the command that helps. */
export function takenPortSentence(port: number, variable: "PORT" | "DASHBOARD_PORT" = "PORT"): string {
  return `Port ${port} is taken by another program: run \`${variable}=${port + 10} npm start\`, or stop that program first.`;
}

function listenOnce(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? (address?.port ?? null) : null));
    });
  });
}
