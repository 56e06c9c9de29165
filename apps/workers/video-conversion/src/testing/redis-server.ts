import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { promisify } from "node:util";
import { until } from "@reelay/runtime/testing";

const execute = promisify(execFile);

export interface TestRedisServer {
  readonly url: string;
  /** Forgets everything, as a Redis that lost its disk does. */
  empty(): Promise<void>;
  stop(): Promise<void>;
}

/** A Redis of one's own, because it will be emptied. */
export async function startRedisServer(): Promise<TestRedisServer> {
  const port = await freePort();
  const child = spawn(
    "redis-server",
    ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
    {
      stdio: "ignore",
    },
  );
  const tell = (...command: string[]) => execute("redis-cli", ["-p", `${port}`, ...command]);
  await until(() => tell("ping").catch(() => null));
  return {
    url: `redis://127.0.0.1:${port}`,
    empty: async () => void (await tell("flushall")),
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
