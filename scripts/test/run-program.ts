import { spawn } from "node:child_process";
import type { Environment } from "@reelay/runtime";

export interface ProgramOptions {
  readonly args: readonly string[];
  readonly root: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly onText: (text: string) => void;
}

/** Runs a node program in its own process group and resolves with its exit code; `signal` kills the whole group. */
export function runProgram({ args, root, env, signal, onText }: ProgramOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args], {
      cwd: root,
      env: { ...env } as NodeJS.ProcessEnv,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const killGroup = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // Already gone.
      }
    };
    signal.addEventListener("abort", killGroup, { once: true });
    if (signal.aborted) killGroup();
    child.stdout.setEncoding("utf8").on("data", onText);
    child.stderr.setEncoding("utf8").on("data", onText);
    child.once("error", reject);
    child.once("close", (code) => {
      signal.removeEventListener("abort", killGroup);
      killGroup();
      resolve(code ?? 1);
    });
  });
}
