import { spawn } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..", "..", "..");

export interface ReelayRun {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

export interface RunningReelay {
  /** Everything that it printed so far, on both streams. */
  said(): string;
  readonly ended: Promise<ReelayRun>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts `npm run reelay -- <args>` without npm, with nothing of this process' environment but PATH and HOME. */
export function startReelay(args: readonly string[], env: Readonly<Record<string, string>>): RunningReelay {
  const child = spawn(process.execPath, ["--no-warnings", join(root, "scripts", "reelay.mjs"), ...args], {
    cwd: root,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => void (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (errors += text));
  return {
    said: () => out + errors,
    ended: new Promise((resolve) => child.once("close", (code) => resolve({ code, out, errors }))),
    kill: (signal) => void child.kill(signal),
  };
}

export async function runReelay(args: readonly string[], env: Readonly<Record<string, string>>): Promise<ReelayRun> {
  return await startReelay(args, env).ended;
}
