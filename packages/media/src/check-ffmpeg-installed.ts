import { Failure } from "@reelay/domain";
import { findFfmpeg, type FfmpegLocation } from "./find-ffmpeg.ts";

export type FfmpegCheck =
  | { readonly installed: true; readonly version: string; readonly hint: null }
  | { readonly installed: false; readonly version: null; readonly hint: string };

const installLines: Partial<Record<NodeJS.Platform, string>> = {
  linux: "sudo apt-get install -y ffmpeg",
  darwin: "brew install ffmpeg",
  win32: "choco install ffmpeg",
};

/** Whether ffmpeg and ffprobe can be used; if not, what is wrong and the command that helps on this system. Never throws. */
export async function checkFfmpegInstalled(
  location: FfmpegLocation = {},
  platform: NodeJS.Platform = process.platform,
): Promise<FfmpegCheck> {
  try {
    const { version } = await findFfmpeg(location);
    return { installed: true, version, hint: null };
  } catch (error) {
    const why = error instanceof Failure ? error.message : String(error);
    return {
      installed: false,
      version: null,
      hint: `${why}. Install it: ${installLines[platform] ?? "https://ffmpeg.org/download.html"}`,
    };
  }
}
