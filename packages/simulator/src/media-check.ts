import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { mediaFailReason, probedShape } from "./media-rules.ts";

const run = promisify(execFile);

/** The `fail_reason` that the platform would find in the real file; null when it accepts it. */
export async function checkMedia(path: string, ffprobePath: string, creatorMaxSec: number): Promise<string | null> {
  const args = ["-v", "error", "-of", "json", "-show_format", "-show_streams", path];
  try {
    const { stdout } = await run(ffprobePath, args, { timeout: 60_000, maxBuffer: 16_777_216 });
    const probed = probedShape.safeParse(JSON.parse(stdout));
    return probed.success ? mediaFailReason(probed.data, creatorMaxSec) : "file_format_check_failed";
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") return "file_format_check_failed";
    process.stderr.write(`The simulator cannot check media: ${ffprobePath} is not there.\n`);
    return "internal";
  }
}
