import { Failure } from "@reelay/domain";
import { statfs } from "node:fs/promises";
import { FfmpegError } from "./ffmpeg.ts";
import { interruption } from "./interruption.ts";

const fullBelowBytes = 16 * 1024 * 1024;
/** What ffmpeg says of a file that it cannot read, as against a machine that fails it (libavutil/error.c, read 2026-11-25). */
const unreadable =
  /Invalid data found when processing input|moov atom not found|not on whitelist|Picture size \d+x\d+ (is invalid|exceeds)|Output file is empty|matches no streams/;
/** The options are ours and right: an encoder that does not open has no memory or no thread. */
const outOfMemory =
  /Cannot allocate memory|malloc of size \d+ failed|could not be allocated|failed to map segment|Resource temporarily unavailable|Error while opening encoder/;

/** Whose fault a failed conversion is: who stopped it, the disk, a killed process, the file, or else us. */
export async function conversionFailure(
  error: unknown,
  signal: AbortSignal,
  temporaryDirectory: string,
): Promise<Failure> {
  if (signal.aborted) return interruption(signal);
  if (error instanceof Failure) return error;
  const disk = await statfs(temporaryDirectory).catch(() => undefined);
  if (disk !== undefined && disk.bavail * disk.bsize < fullBelowBytes)
    return new Failure("storage_full", { cause: error });
  if (error instanceof FfmpegError && error.killedBy !== null)
    return new Failure("conversion_interrupted", { cause: error, internal: `ffmpeg was killed: ${error.killedBy}` });
  if (error instanceof FfmpegError && outOfMemory.test(error.said))
    return new Failure("conversion_interrupted", { cause: error, internal: error.message });
  if (error instanceof FfmpegError && unreadable.test(error.said))
    return new Failure("media_unreadable", { cause: error, internal: error.message });
  return new Failure("conversion_failed", { cause: error, internal: String(error) });
}
