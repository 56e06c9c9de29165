import type { AudioRecipe, MediaProbe } from "@reelay/domain";
import { rm, stat } from "node:fs/promises";
import { audioTrack } from "./audio-track.ts";
import { conversionFailure } from "./conversion-failure.ts";
import { reportProgress, type ConversionProgress } from "./conversion-progress.ts";
import { runFfmpeg } from "./ffmpeg.ts";
import { fileInput } from "./file-input.ts";
import type { Ffmpeg } from "./find-ffmpeg.ts";
import { inPrivateDirectory } from "./in-private-directory.ts";
import { mp4Options } from "./mp4-options.ts";
import { outputBounds } from "./output-bounds.ts";
import { readTrackStarts } from "./track-starts.ts";
import type { ConvertedVideo } from "./transcode-video.ts";

export interface Remuxing {
  /** A local file; never a URL. */
  readonly input: string;
  /** Written whole or removed. */
  readonly output: string;
  readonly probe: MediaProbe;
  readonly audio: AudioRecipe;
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: ConversionProgress) => void) | undefined;
  readonly ffmpeg: Ffmpeg;
  /** A private directory is made in it and removed on every path. */
  readonly temporaryDirectory: string;
}

/**
 * Copies the picture's packets into an MP4; sound that cannot begin with the picture otherwise is encoded. Throws as `transcodeVideo`
 * does.
 */
export async function remuxVideo(remuxing: Remuxing): Promise<ConvertedVideo> {
  const { input, output, probe, signal, ffmpeg, temporaryDirectory } = remuxing;
  const report = reportProgress(probe.durationMs ?? 0, remuxing.onProgress);
  try {
    await inPrivateDirectory(temporaryDirectory, "remux-", async (directory) => {
      const starts = remuxing.audio === "none" ? null : await readTrackStarts(input, { ffmpeg, signal });
      const sound = audioTrack(remuxing.audio, { probe, starts, startSeconds: starts?.video ?? 0 });
      await runFfmpeg({
        ffmpeg,
        directory,
        signal,
        inputs: [fileInput(input, [], 1)],
        outputOptions: [
          ...(sound.graph === null ? [] : ["-filter_complex", sound.graph]),
          ...["-map", "0:V:0", "-c:v", "copy", ...tagFor(probe)],
          ...sound.options,
          ...outputBounds(probe),
          ...mp4Options,
        ],
        output,
        onTimeMs: report,
      });
    });
    const { size } = await stat(output);
    return { contentType: "video/mp4", durationMs: probe.durationMs ?? 0, sizeBytes: size };
  } catch (error) {
    await rm(output, { force: true });
    throw await conversionFailure(error, signal, temporaryDirectory);
  }
}

/** HEVC under the name that Apple's readers know. */
function tagFor({ videoCodec }: MediaProbe): string[] {
  return videoCodec === "hevc" ? ["-tag:v", "hvc1"] : [];
}
