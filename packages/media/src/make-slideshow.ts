import { slideshowFrames, type SlideshowOptions, type StillOptions } from "@reelay/domain";
import { rm, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { conversionFailure } from "./conversion-failure.ts";
import { reportProgress, type ConversionProgress } from "./conversion-progress.ts";
import { runFfmpeg } from "./ffmpeg.ts";
import type { Ffmpeg } from "./find-ffmpeg.ts";
import { h264Options } from "./h264-recipe.ts";
import { inPrivateDirectory } from "./in-private-directory.ts";
import { interruption } from "./interruption.ts";
import { mp4Options } from "./mp4-options.ts";
import { scaleStill } from "./scale-still.ts";
import { slideshowFilters } from "./slideshow-filters.ts";
import { stillRecipe } from "./still-recipe.ts";
import type { ConvertedVideo } from "./transcode-video.ts";

export interface SlideshowWish {
  /** Local images in order, 2 to 35; never URLs. */
  readonly inputs: readonly string[];
  /** Written whole or removed. */
  readonly output: string;
  readonly times: Pick<SlideshowOptions, "imageDurationMs" | "crossFadeMs">;
  readonly frame: Pick<StillOptions, "width" | "height" | "fps" | "fit" | "silentAudio">;
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: ConversionProgress) => void) | undefined;
  readonly ffmpeg: Ffmpeg;
  /** A private directory is made in it and removed on every path. */
  readonly temporaryDirectory: string;
  readonly threads: number;
}

/**
 * Makes an H.264 MP4 that shows the images one after the other, in one pass. They are scaled one by one, each when ffmpeg asks for it.
 * Throws as `transcodeVideo` does.
 */
export async function makeSlideshow(wish: SlideshowWish): Promise<ConvertedVideo & { readonly frameCount: number }> {
  const { inputs, output, frame, signal, ffmpeg, temporaryDirectory, threads } = wish;
  const { width, height, fps } = frame;
  const frames = slideshowFrames(wish.times, { images: inputs.length, fps });
  try {
    await inPrivateDirectory(temporaryDirectory, "slideshow-", (directory) =>
      runFfmpeg({
        ffmpeg,
        directory,
        signal,
        inputs: [
          { source: Readable.from(pictures(wish), { objectMode: false }), options: rawPictures(frame, frames.period) },
          ...(frame.silentAudio ? [silence(frames.total / fps)] : []),
        ],
        outputOptions: [
          ...["-filter_complex", slideshowFilters(frames, frame), "-map", "[v]"],
          ...h264Options({ frameRate: { numerator: fps, denominator: 1 }, maxBitrate: null, threads }),
          ...(frame.silentAudio ? ["-map", "1:a", "-c:a", "aac", "-b:a", stillRecipe.audio.bitrate] : ["-an"]),
          ...mp4Options,
        ],
        output,
        onFrame: reportProgress(frames.total, wish.onProgress),
      }),
    );
    const { size } = await stat(output);
    const durationMs = Math.round((frames.total * 1000) / fps);
    return { contentType: "video/mp4", frameCount: frames.total, durationMs, sizeBytes: size };
  } catch (error) {
    await rm(output, { force: true });
    throw await conversionFailure(error, signal, temporaryDirectory);
  }

  async function* pictures({ inputs: paths }: SlideshowWish): AsyncGenerator<Buffer> {
    for (const path of paths) {
      if (signal.aborted) throw interruption(signal);
      yield await scaleStill(path, { width, height, fit: frame.fit });
    }
  }
}

function rawPictures({ width, height, fps }: SlideshowWish["frame"], period: number): string[] {
  return [
    ...["-protocol_whitelist", "pipe", "-probesize", "32", "-analyzeduration", "0", "-f", "rawvideo"],
    ...["-pixel_format", "rgb24", "-video_size", `${width}x${height}`, "-framerate", `${fps}/${period}`],
  ];
}

/** Begun one frame of sound late, as the encoder begins one early. */
function silence(seconds: number): { source: string; options: string[] } {
  const { sampleRate, channels, frameSamples } = stillRecipe.audio;
  const priming = frameSamples / sampleRate;
  return {
    source: `anullsrc=r=${sampleRate}:cl=${channels}`,
    options: ["-f", "lavfi", "-itsoffset", priming.toFixed(6), "-t", (seconds - 2 * priming).toFixed(6)],
  };
}
