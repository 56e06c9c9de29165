import { Failure } from "@reelay/domain";
import ffmpegStatic from "ffmpeg-static";
import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { basename } from "node:path";
import { promisify } from "node:util";
import { runProgram } from "./run-program.ts";
import { childLimits, type SandboxTools } from "./sandbox.ts";

/** Where ffmpeg is and how it is run; found once at start and handed to everything that needs it. */
export interface Ffmpeg {
  readonly ffmpegPath: string;
  readonly ffprobePath: string;
  readonly version: string;
  readonly tools: SandboxTools;
  /** Whether it has `zscale` (libzimg), which maps HDR best. */
  readonly hasZscale: boolean;
}

export interface FfmpegLocation {
  readonly ffmpegPath?: string | undefined;
  readonly ffprobePath?: string | undefined;
}

const startTimeoutMs = 10_000;
const neededEncoders = ["libx264", "aac"];

const found = new Map<string, Promise<Ffmpeg>>();

/**
 * Finds ffmpeg (the configured path, else ffmpeg-static if its binary was downloaded, else PATH) and ffprobe, and checks that they
 * run and can encode H.264 and AAC. Asks the machine once per process and location, again after a failure. Throws Failure
 * `ffmpeg_missing`.
 */
export function findFfmpeg(location: FfmpegLocation = {}): Promise<Ffmpeg> {
  const key = JSON.stringify([location.ffmpegPath, location.ffprobePath]);
  const known = found.get(key);
  if (known !== undefined) return known;
  const asked = askMachine(location);
  found.set(key, asked);
  asked.catch(() => found.delete(key));
  return asked;
}

async function askMachine(location: FfmpegLocation): Promise<Ffmpeg> {
  const onPath = await programsOnPath(["env", "prlimit", "setsid", "unshare", "ffmpeg", "ffprobe"]);
  const { env = "/usr/bin/env", prlimit = null, setsid = null } = onPath;
  const tools: SandboxTools = { env, prlimit, setsid, unshare: null };
  const ffmpegPath = location.ffmpegPath ?? (await executable(staticPath())) ?? onPath["ffmpeg"];
  const ffprobePath = location.ffprobePath ?? onPath["ffprobe"];
  if (ffmpegPath === undefined) throw missing("ffmpeg is not on PATH");
  if (ffprobePath === undefined) throw missing("ffprobe is not on PATH");

  const [encoders, , unshare] = await Promise.all([
    answer(tools, ffmpegPath, ["-encoders"]),
    answer(tools, ffprobePath, ["-version"]),
    withoutNetwork(onPath["unshare"]),
  ]);
  const lacking = neededEncoders.filter((name) => !new RegExp(`\\s${name}\\s`).test(encoders));
  if (lacking.length > 0) throw missing(`${ffmpegPath} cannot encode ${lacking.join(" and ")}`);
  return {
    ffmpegPath,
    ffprobePath,
    version: /^ffmpeg version (\S+)/m.exec(encoders)?.[1] ?? "unknown",
    tools: { ...tools, unshare },
    hasZscale: encoders.includes("--enable-libzimg"),
  };
}

// The package exports a path even when its download failed, and its types do not fit an ES module's default import.
const staticPath = () => ffmpegStatic as unknown as string | null;

async function executable(path: string | null): Promise<string | undefined> {
  if (path === null) return undefined;
  return access(path, constants.X_OK).then(
    () => path,
    () => undefined,
  );
}

/** Name → absolute path of those that the shell finds: one shell for all, since starting it takes longer than its search. */
async function programsOnPath(names: readonly string[]): Promise<Record<string, string>> {
  const search = 'for name; do command -v -- "$name"; done; true';
  const { stdout } = await promisify(execFile)("/bin/sh", ["-c", search, "sh", ...names], {
    timeout: startTimeoutMs,
  }).catch(() => ({ stdout: "" }));
  return Object.fromEntries(stdout.split("\n").map((path) => [basename(path), path]));
}

/** How this user may run a program without network: by right, or in a user namespace; null where the kernel lets it do neither. */
async function withoutNetwork(unshare: string | undefined): Promise<readonly string[] | null> {
  if (unshare === undefined) return null;
  for (const command of [
    [unshare, "-n"],
    [unshare, "-r", "-n"],
  ]) {
    const [program = unshare, ...args] = command;
    const isAllowed = await promisify(execFile)(program, [...args, "true"], { timeout: startTimeoutMs }).then(
      () => true,
      () => false,
    );
    if (isAllowed) return command;
  }
  return null;
}

/** What it printed; its banner stands on stderr. */
async function answer(tools: SandboxTools, program: string, args: readonly string[]): Promise<string> {
  const signal = AbortSignal.timeout(startTimeoutMs);
  const result = await runProgram({
    program,
    args,
    tools,
    limits: childLimits.probe,
    signal,
    maxOutputBytes: 1_000_000,
  }).catch((error: unknown) => {
    throw missing(`${program} does not run`, error);
  });
  if (result.exitCode !== 0)
    throw missing(
      `${program} ${args.join(" ")} ended with ${result.exitCode ?? result.killedBy}: ${result.stderr.slice(0, 300)}`,
    );
  return result.stdout + result.stderr;
}

function missing(internal: string, cause?: unknown): Failure {
  return new Failure("ffmpeg_missing", { internal, cause });
}
