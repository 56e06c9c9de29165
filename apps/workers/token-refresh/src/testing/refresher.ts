import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

export interface Refresher {
  /** SIGTERM: it drains and ends. Throws when it did not end well, with what it said. */
  stop(): Promise<void>;
  kill(): void;
}

/** The worker as a process of its own, from what is compiled. */
export function startRefresher(environment: Readonly<Record<string, string>>): Refresher {
  const child = spawn(process.execPath, ["--no-warnings", main], {
    env: { PATH: process.env["PATH"], ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => void (said = (said + text).slice(-10_000)));
  const ended = once(child, "close");
  return {
    async stop() {
      child.kill("SIGTERM");
      const [code] = (await ended) as [number | null];
      if (code !== 0) throw new Error(`a refresher ended with ${code}: ${said}`);
    },
    kill: () => void child.kill("SIGKILL"),
  };
}
