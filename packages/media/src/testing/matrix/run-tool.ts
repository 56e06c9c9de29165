import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);
// ffmpeg 5 does not always end when one of its filters fails.
const timeout = 120_000;
const maxBuffer = 512 * 1024 * 1024;

export interface Said {
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs ffmpeg or ffprobe as a person would: without anything of ours around it. */
export async function runTool(tool: "ffmpeg" | "ffprobe", args: readonly string[]): Promise<Said> {
  const quiet = tool === "ffmpeg" ? ["-nostdin", "-hide_banner", "-y"] : ["-hide_banner"];
  const { stdout, stderr } = await execute(tool, [...quiet, ...args], {
    encoding: "buffer",
    maxBuffer,
    timeout,
    killSignal: "SIGKILL",
  });
  return { stdout, stderr: stderr.toString("utf8") };
}

/** What ffprobe says of a file, as JSON. */
export async function askFfprobe<T>(path: string, ...args: readonly string[]): Promise<T> {
  const { stdout } = await runTool("ffprobe", ["-v", "error", ...args, "-of", "json", path]);
  return JSON.parse(stdout.toString("utf8")) as T;
}
