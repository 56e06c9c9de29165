import { spawn } from "node:child_process";
import { killGroup } from "./kill-group.ts";
import { sandboxed, type ChildLimits, type SandboxTools } from "./sandbox.ts";

export interface ProgramResult {
  readonly exitCode: number | null;
  readonly killedBy: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramRun {
  readonly program: string;
  readonly args: readonly string[];
  readonly tools: SandboxTools;
  readonly limits: ChildLimits;
  readonly signal: AbortSignal;
  readonly maxOutputBytes: number;
}

/**
 * Runs a small program to its end and answers what it wrote. Rejects with the signal's reason, or RangeError when it writes
 * more than `maxOutputBytes`; in both cases only after the process is gone.
 */
export async function runProgram(run: ProgramRun): Promise<ProgramResult> {
  const { signal, maxOutputBytes } = run;
  signal.throwIfAborted();
  const { command, args } = sandboxed(run.program, run.tools, run.limits);
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args, ...run.args], { stdio: ["ignore", "pipe", "pipe"] });
    const written = { stdout: [] as Buffer[], stderr: [] as Buffer[], bytes: 0 };
    let stopped: { why: unknown } | undefined;
    const stop = (why: unknown) => {
      stopped ??= { why };
      killGroup(child.pid);
    };
    const onAbort = () => stop(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    for (const name of ["stdout", "stderr"] as const) {
      child[name].on("data", (piece: Buffer) => {
        written.bytes += piece.length;
        if (written.bytes > maxOutputBytes)
          return stop(new RangeError(`${run.program} wrote more than ${maxOutputBytes} bytes`));
        written[name].push(piece);
      });
    }
    child.once("error", (error) => {
      signal.removeEventListener("abort", onAbort);
      reject(error);
    });
    child.once("close", (exitCode, killedBy) => {
      signal.removeEventListener("abort", onAbort);
      if (stopped !== undefined) return reject(stopped.why);
      const text = (pieces: Buffer[]) => Buffer.concat(pieces).toString("utf8");
      resolve({ exitCode, killedBy, stdout: text(written.stdout), stderr: text(written.stderr) });
    });
  });
}
