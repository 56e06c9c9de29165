import { createServer } from "node:net";

/** A port of 127.0.0.1 that nothing listens on: the first free one of `preferred`, else any. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isFree(preferred))) return preferred;
  return (await listenOnce(0)) ?? Promise.reject(new Error("no port is free"));
}

/** Whether `port` can be listened on, on this host's loopback and on all addresses. */
export async function isFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== null;
}

/** What to say when `port` is taken: the sentence holds the command that helps. */
export function takenPortSentence(port: number): string {
  return `Port ${port} is taken by another program: run \`PORT=${port + 10} npm start\`, or stop that program first.`;
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
