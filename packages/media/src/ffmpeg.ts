import fluent from "fluent-ffmpeg";
import type { Readable } from "node:stream";
import type { Ffmpeg } from "./find-ffmpeg.ts";
import { killGroup } from "./kill-group.ts";
import { childLimits, sandboxed } from "./sandbox.ts";

export interface FfmpegInput {
  readonly source: string | Readable;
  readonly options: readonly string[];
}

export interface FfmpegRun {
  readonly ffmpeg: Ffmpeg;
  /** Private directory of this run. */
  readonly directory: string;
  readonly inputs: readonly FfmpegInput[];
  readonly outputOptions: readonly string[];
  readonly output: string;
  readonly signal: AbortSignal;
  readonly onFrame?: ((frame: number) => void) | undefined;
  /** How much of the output is written, by its own clock. */
  readonly onTimeMs?: ((timeMs: number) => void) | undefined;
}

/** ffmpeg ended without making its output. `killedBy` is a signal's name when it did not end by itself. */
export class FfmpegError extends Error {
  readonly killedBy: string | null;
  /** Its last lines. */
  readonly said: string;

  constructor(said: readonly string[], killedBy: string | null, cause: unknown) {
    super(`ffmpeg: ${said.slice(-5).join(" | ") || String(cause)}`, { cause });
    this.name = "FfmpegError";
    this.killedBy = killedBy;
    this.said = said.join("\n");
  }
}

const maxLinesKept = 50;
// Its types do not know that the error may be absent.
const noError = null as unknown as Error;
const everyFormat = { description: "", canDemux: true, canMux: true };
const usedFormats = { mp4: everyFormat, h264: everyFormat, rawvideo: everyFormat, lavfi: everyFormat };
const quiet = ["-nostdin", "-hide_banner", "-v", "error", "-nostats", "-progress", "pipe:2", "-stats_period", "0.2"];

/**
 * Runs one ffmpeg command in the sandbox. Settles only when the process is gone: rejects with the signal's reason, the error of an
 * input stream as it is, or FfmpegError.
 */
export async function runFfmpeg(run: FfmpegRun): Promise<void> {
  run.signal.throwIfAborted();
  const command = buildCommand(run);
  const said: string[] = [];
  let gone: Promise<unknown> = Promise.resolve();
  let killedBy: string | null = null;
  const kill = () => killGroup(pidOf(command));
  run.signal.addEventListener("abort", kill, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      command.once("start", () => {
        gone = exitOf(command, (signal) => (killedBy = signal));
        if (run.signal.aborted) kill();
      });
      command.on("stderr", (line: string) => {
        const frame = /^frame=\s*(\d+)/.exec(line);
        const microseconds = /^out_time_us=(\d+)/.exec(line);
        if (frame !== null) run.onFrame?.(Number(frame[1]));
        else if (microseconds !== null) run.onTimeMs?.(Number(microseconds[1]) / 1000);
        else if (!/^\w+=/.test(line) && line.trim() !== "") keepLine(said, line);
      });
      command.once("end", () => resolve());
      command.once("error", reject);
      command.run();
    });
  } catch (error) {
    kill();
    await gone;
    run.signal.throwIfAborted();
    throw inputErrorOf(error) ?? new FfmpegError(said, killedBy, error);
  } finally {
    run.signal.removeEventListener("abort", kill);
  }
}

/** A damaged file makes it complain of every picture. */
function keepLine(said: string[], line: string): void {
  said.push(line.slice(0, 300));
  if (said.length > maxLinesKept) said.shift();
}

function buildCommand(run: FfmpegRun): fluent.FfmpegCommand {
  const { command: env, args: sandbox } = sandboxed(run.ffmpeg.ffmpegPath, run.ffmpeg.tools, childLimits.convert);
  const command = fluent({ cwd: run.directory, stdoutLines: 100 });
  // fluent-ffmpeg can start one program only and writes the first input's options first: that program is `env`, and the options
  // name the rest of the chain up to ffmpeg itself.
  command.setFfmpegPath(env);
  run.inputs.forEach(({ source, options }, index) => {
    command.input(source);
    const all = index === 0 ? [...sandbox, ...quiet, ...options] : [...options];
    if (all.length > 0) command.inputOptions(...atLeastTwo(all));
  });
  // It would start ffmpeg twice more to ask what it can do; findFfmpeg has asked.
  command.availableFormats = (done) => done(noError, usedFormats);
  command.availableEncoders = (done) => done(noError, {});
  surviveFailedStart(command);
  return command.outputOptions(...atLeastTwo([...run.outputOptions])).output(run.output);
}

interface Rings {
  get(): string;
}
type Ended = (error: unknown, stdout?: Rings, stderr?: Rings) => void;
interface Spawning {
  _spawnFfmpeg(args: string[], options: object, begun: unknown, ended: Ended): void;
}

/** When the process cannot even be started, fluent-ffmpeg throws where nobody can catch it: it reads what was never said. */
function surviveFailedStart(command: fluent.FfmpegCommand): void {
  const spawning = command as unknown as Spawning;
  const spawn = spawning._spawnFfmpeg.bind(command);
  const nothing: Rings = { get: () => "" };
  spawning._spawnFfmpeg = (args, options, begun, ended) =>
    spawn(args, options, begun, (error, stdout = nothing, stderr = nothing) => ended(error, stdout, stderr));
}

/** Given a single option, fluent-ffmpeg splits it at the space. */
function atLeastTwo(options: string[]): [string, string, ...string[]] {
  const [first, second, ...rest] = options;
  if (first === undefined || second === undefined) throw new RangeError("options come in pairs");
  return [first, second, ...rest];
}

interface Running {
  readonly pid?: number;
  readonly exitCode: number | null;
  readonly signalCode: NodeJS.Signals | null;
  once(event: "exit", listener: (code: number | null, signal: NodeJS.Signals | null) => void): void;
}

function childOf(command: fluent.FfmpegCommand): Running | undefined {
  return (command as unknown as { ffmpegProc?: Running }).ffmpegProc;
}

function pidOf(command: fluent.FfmpegCommand): number | undefined {
  return childOf(command)?.pid;
}

function exitOf(command: fluent.FfmpegCommand, onKilled: (signal: NodeJS.Signals | null) => void): Promise<void> {
  const child = childOf(command);
  if (child?.pid === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", (_code, signal) => {
      onKilled(signal);
      resolve();
    });
  });
}

function inputErrorOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "inputStreamError" in error
    ? error.inputStreamError
    : undefined;
}
