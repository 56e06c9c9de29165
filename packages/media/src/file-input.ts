import { mediaLimits } from "@reelay/domain";
import { resolve } from "node:path";
import type { FfmpegInput } from "./ffmpeg.ts";

/** Only what we accept: a playlist in an .mp4 is never followed. */
const inputFormats = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm";
const maxAllocBytes = 2 ** 28;

/** A stranger's local file as ffmpeg's input: read from the file itself alone, within bounds of memory. */
export function fileInput(path: string, options: readonly string[], threads: number): FfmpegInput {
  return {
    source: `file:${resolve(path)}`,
    options: [
      ...["-max_alloc", `${maxAllocBytes}`, "-protocol_whitelist", "file", "-format_whitelist", inputFormats],
      ...["-max_pixels", `${mediaLimits.video.maxPixels}`, "-max_streams", `${mediaLimits.video.maxStreams}`],
      ...["-threads", `${threads}`, ...options],
    ],
  };
}
