import { Failure } from "@reelay/domain";
import ffmpegStatic from "ffmpeg-static";
import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { promisify } from "node:util";
import { runProgram } from "./run-program.ts";
import { childLimits, type SandboxTools } from "./sandbox.ts";

/** Where ffmpeg is and how it is run; found once at start and handed to everything that needs it. */
export interface Ffmpeg {
  readonly ffmpegPath: string;
  readonly ffprobePath: string;
  readonly version: string;
  readonly tools: SandboxTools;
}

export interface FfmpegLocation {
  readonly ffmpegPath?: string | undefined;
  readonly ffprobePath?: string | undefined;
}

const startTimeoutMs = 10_000;
const neededEncoders = ["libx264", "aac"];

/**
 * Finds ffmpeg (the configured path, else ffmpeg-static if its binary was downloaded, else PATH) and ffprobe, and checks that they
 * run and can encode H.264 and AAC. Throws Failure `ffmpeg_missing`.
 */
export async function findFfmpeg(location: FfmpegLocation = {}): Promise<Ffmpeg> {
  const [env, prlimit, setsid] = await Promise.all(["env", "prlimit", "setsid"].map(onPath));
  const tools: SandboxTools = { env: env ?? "/usr/bin/env", prlimit: prlimit ?? null, setsid: setsid ?? null };
  const ffmpegPath = location.ffmpegPath ?? (await executable(staticPath())) ?? (await onPath("ffmpeg"));
  const ffprobePath = location.ffprobePath ?? (await onPath("ffprobe"));
  if (ffmpegPath === null) throw missing("ffmpeg is not on PATH");
  if (ffprobePath === null) throw missing("ffprobe is not on PATH");

  const [version, encoders] = await Promise.all([
    answer(tools, ffmpegPath, ["-version"]),
    answer(tools, ffmpegPath, ["-hide_banner", "-encoders"]),
    answer(tools, ffprobePath, ["-version"]),
  ]);
  const lacking = neededEncoders.filter((name) => !new RegExp(`\\s${name}\\s`).test(encoders));
  if (lacking.length > 0) throw missing(`${ffmpegPath} cannot encode ${lacking.join(" and ")}`);
  return { ffmpegPath, ffprobePath, version: /^ffmpeg version (\S+)/.exec(version)?.[1] ?? "unknown", tools };
}

// The package exports a path even when its download failed, and its types do not fit an ES module's default import.
const staticPath = () => ffmpegStatic as unknown as string | null;

async function executable(path: string | null): Promise<string | null> {
  if (path === null) return null;
  return access(path, constants.X_OK).then(
    () => path,
    () => null,
  );
}

async function onPath(name: string): Promise<string | null> {
  const found = await promisify(execFile)("/bin/sh", ["-c", 'command -v -- "$1"', "sh", name], {
    timeout: startTimeoutMs,
  }).catch(() => null);
  return found?.stdout.trim() || null;
}

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
  return result.stdout;
}

function missing(internal: string, cause?: unknown): Failure {
  return new Failure("ffmpeg_missing", { internal, cause });
}
