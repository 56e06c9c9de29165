import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Environment } from "@reelay/runtime";

export interface ChildOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Environment;
  readonly directory: string;
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  /** Everything that it prints is appended here. */
  readonly logFile: string;
  readonly stopSignal: NodeJS.Signals;
  readonly stopLimitMs: number;
  /** It reads our end of a pipe and ends with it, so that it does not outlive us however we die. */
  readonly endsWithUs?: boolean;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Resolves with how it ended, once all it printed is read; never rejects. */
  readonly ended: Promise<string>;
  readonly hasEnded: () => boolean;
  /** The line that `find` returns a value for; rejects when the child ends first or `limitMs` pass. */
  lineThat<T>(find: (line: string) => T | undefined, limitMs: number): Promise<T>;
  kill(signal: NodeJS.Signals): void;
  stop(): Promise<void>;
}

/**
 * Starts a process of ours in its own process group, so that Ctrl-C in the terminal reaches us alone and we stop our
 * children in the right order.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const child = spawn(options.command, [...options.args], {
    cwd: options.directory,
    env: { ...options.env } as NodeJS.ProcessEnv,
    detached: true,
    stdio: [options.endsWithUs === true ? "pipe" : "ignore", "pipe", "pipe"],
    ...options.user,
  });
  const { ended, listeners, lastLines } = readLines(child, options.logFile);
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) => reject(new Error(`${options.name} cannot be started: ${error.message}`)));
  });
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const kill = (signal: NodeJS.Signals) => void (hasEnded() || child.kill(signal));
  return {
    name: options.name,
    pid: child.pid ?? 0,
    ended,
    hasEnded,
    kill,
    lineThat: (find, limitMs) =>
      new Promise((resolve, reject) => {
        const giveUp = (why: string) => reject(new Error(`${options.name} ${why}:\n${lastLines.join("\n")}`));
        const limit = setTimeout(() => giveUp(`was not ready after ${limitMs / 1000} s`), limitMs);
        void ended.then((how) => {
          clearTimeout(limit);
          giveUp(how);
        });
        listeners.push((line) => {
          const found = find(line);
          if (found === undefined) return;
          clearTimeout(limit);
          resolve(found);
        });
      }),
    stop: async () => {
      kill(options.stopSignal);
      const limit = setTimeout(() => kill("SIGKILL"), options.stopLimitMs);
      await ended;
      clearTimeout(limit);
    },
  };
}

function readLines(child: ChildProcess, logFile: string) {
  const listeners: ((line: string) => void)[] = [];
  const lastLines: string[] = [];
  const log = createWriteStream(logFile, { flags: "a", mode: 0o600 });
  log.on("error", () => undefined);
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (line) => {
      log.write(`${line}\n`);
      lastLines.push(line);
      if (lastLines.length > 15) lastLines.shift();
      for (const listener of listeners) listener(line);
    });
  }
  const ended = new Promise<string>((resolve) => {
    const end = (how: string) => {
      log.end();
      resolve(how);
    };
    child.once("close", (code, signal) => end(signal === null ? `ended with code ${code}` : `was ended by ${signal}`));
    child.once("error", (error) => end(error.message));
  });
  return { ended, listeners, lastLines };
}
