import type { AudioRecipe, MediaProbe, VideoRecipe } from "@reelay/domain";
import { rm, stat } from "node:fs/promises";
import { audioTrack } from "./audio-track.ts";
import { conversionFailure } from "./conversion-failure.ts";
import { reportProgress, type ConversionProgress } from "./conversion-progress.ts";
import { runFfmpeg } from "./ffmpeg.ts";
import { fileInput } from "./file-input.ts";
import type { Ffmpeg } from "./find-ffmpeg.ts";
import { h264Options } from "./h264-recipe.ts";
import { inPrivateDirectory } from "./in-private-directory.ts";
import { mp4Options } from "./mp4-options.ts";
import { outputBounds } from "./output-bounds.ts";
import { readTrackStarts } from "./track-starts.ts";
import { videoFilters } from "./video-filters.ts";

export interface Transcoding {
  /** A local file; never a URL. */
  readonly input: string;
  /** Written whole or removed. */
  readonly output: string;
  readonly probe: MediaProbe;
  readonly video: VideoRecipe;
  readonly audio: AudioRecipe;
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: ConversionProgress) => void) | undefined;
  readonly ffmpeg: Ffmpeg;
  /** A private directory is made in it and removed on every path. */
  readonly temporaryDirectory: string;
  /** Of ffmpeg, for decoding and for encoding. */
  readonly threads: number;
}

export interface ConvertedVideo {
  readonly contentType: "video/mp4";
  readonly durationMs: number;
  readonly sizeBytes: number;
}

/** ffmpeg copies rotation and mastering data of the source to what a graph of a single input makes; so there is always a second. */
const nothing = { source: "nullsrc=size=16x16:rate=25:duration=0.04", options: ["-f", "lavfi"] };

/**
 * Makes an H.264 MP4 as the recipe says, in one pass. Throws the signal's reason when that is a Failure, else `conversion_interrupted`
 * (also when ffmpeg was killed, or had not enough memory); `media_unreadable`, `conversion_failed`, `storage_full`.
 */
export async function transcodeVideo(transcoding: Transcoding): Promise<ConvertedVideo> {
  const { input, output, probe, video, signal, ffmpeg, temporaryDirectory, threads } = transcoding;
  const { numerator, denominator } = video.frameRate;
  const report = reportProgress(probe.durationMs ?? 0, transcoding.onProgress);
  let frames = 0;
  try {
    await inPrivateDirectory(temporaryDirectory, "transcode-", async (directory) => {
      const starts = transcoding.audio === "copy" ? await readTrackStarts(input, { ffmpeg, signal }) : null;
      const sound = audioTrack(transcoding.audio, { probe, starts, startSeconds: 0 });
      const picture = `[0:V:0]${videoFilters(probe, video, ffmpeg)}[v]`;
      const graph = [picture, sound.graph ?? "[1:v]nullsink"].join(";");
      await runFfmpeg({
        ffmpeg,
        directory,
        signal,
        // The filters turn it upright, after deinterlacing.
        inputs: [fileInput(input, ["-noautorotate"], threads), ...(sound.graph === null ? [nothing] : [])],
        outputOptions: [
          ...["-filter_complex", graph, "-filter_complex_threads", `${threads}`, "-map", "[v]"],
          ...h264Options({ ...video, threads }),
          ...sound.options,
          ...outputBounds(probe),
          ...mp4Options,
        ],
        output,
        onFrame: (frame) => (frames = frame),
        onTimeMs: report,
      });
    });
    const { size } = await stat(output);
    return {
      contentType: "video/mp4",
      durationMs: Math.round((frames * 1000 * denominator) / numerator),
      sizeBytes: size,
    };
  } catch (error) {
    await rm(output, { force: true });
    throw await conversionFailure(error, signal, temporaryDirectory);
  }
}
