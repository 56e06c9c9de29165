import { existsSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Failure } from "@reelay/domain";
import type { Environment } from "@reelay/runtime";
import { stateDirectory } from "../prepare/state-directory.ts";
import { StopWithSentence } from "../prepare/stop-with-sentence.ts";
import { parseStartArguments } from "./arguments.ts";
import { stopSignals } from "./stop-signals.ts";
import { startStack, type Stack } from "./stack.ts";

export interface RunOptions {
  readonly root: string;
  readonly args: readonly string[];
  readonly env: Environment;
  readonly startedAtMs: number;
}

/** `npm start`: from nothing to a running Reelay, until it is told to stop. Returns the exit code. */
export async function run(options: RunOptions): Promise<number> {
  const say = (line: string) => console.log(line);
  const signals = stopSignals();
  let endHard: () => void = () => undefined;
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error: unknown) => {
      console.error(sentenceOf(error));
      endHard();
      process.exit(1);
    });
  }
  try {
    const { demo, processes, yes } = parseStartArguments(options.args);
    const directory = stateDirectory(options.root, options.env);
    const lost = new AbortController();
    const onLost = (name: string, how: string) => {
      say(`${name} ${how}, so everything stops; ${join(directory, "logs", `${name}.log`)} says more.`);
      lost.abort();
    };
    const ends = AbortSignal.any([signals.first, lost.signal]);
    const onKillable = (kill: () => void) => {
      endHard = kill;
      signals.onSecond(kill);
    };
    const stack = await startStack({
      directory,
      env: options.env,
      processes,
      yes,
      log: say,
      onLost,
      signal: ends,
      onKillable,
    });
    try {
      await stack.waitUntilReady();
      announce(stack, directory, say, (Date.now() - options.startedAtMs) / 1_000);
      if (demo && stack.simulator !== undefined && !ends.aborted) {
        const { runDemo } = await import("./demo.ts");
        await runDemo({ directory, stack, say, signal: ends });
      }
      if (!ends.aborted) say("\nReelay runs. Ctrl-C stops it.");
      await aborted(ends);
      if (signals.first.aborted) say("\nStopping: what runs is finished first (Ctrl-C again ends it at once).");
    } finally {
      await stack.stop();
    }
    say("Everything is stopped.");
    return lost.signal.aborted ? 1 : 0;
  } catch (error) {
    // A Ctrl-C that came while we were busy is heard only now.
    await new Promise((resolve) => setImmediate(resolve));
    if (signals.first.aborted) say("\nStopped.");
    else console.error(sentenceOf(error));
    return signals.first.aborted ? 130 : 1;
  }
}

function announce(stack: Stack, directory: string, say: (line: string) => void, seconds: number): void {
  say(`\nReelay is ready in ${seconds.toFixed(1)} s.`);
  say(`  API and pages   ${stack.urls.api}`);
  say(`  operators       ${stack.urls.dashboard}`);
  if (stack.urls.simulator !== undefined)
    say(`  TikTok          ${stack.urls.simulator} (the simulator: nothing leaves this machine)`);
  say(`  state and logs  ${shortest(directory)}`);
  const shown = join(directory, "login-shown");
  if (existsSync(shown)) return;
  const login = stack.firstLogin ?? { email: stack.adminEmail, password: stack.adminPassword, apiKey: stack.apiKey };
  if (login.apiKey === "") return;
  say("\nFirst login, shown once:");
  say(`  e-mail          ${login.email}`);
  say(`  password        ${login.password}`);
  say(`  API key         ${login.apiKey}`);
  writeFileSync(shown, "");
}

function shortest(path: string): string {
  const here = relative(process.cwd(), path);
  return here.startsWith("..") ? path : here;
}

function sentenceOf(error: unknown): string {
  if (error instanceof StopWithSentence) return error.message;
  if (error instanceof Failure) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
