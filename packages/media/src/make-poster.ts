import type { MediaProbe } from "@reelay/domain";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { conversionFailure } from "./conversion-failure.ts";
import { runFfmpeg } from "./ffmpeg.ts";
import { fileInput } from "./file-input.ts";
import type { Ffmpeg } from "./find-ffmpeg.ts";
import { inPrivateDirectory } from "./in-private-directory.ts";
import { pictureFilters, shownSize } from "./video-filters.ts";

export interface PosterWish {
  /** A local video; never a URL. */
  readonly input: string;
  /** A JPEG, written whole or removed. */
  readonly output: string;
  readonly probe: MediaProbe;
  readonly signal: AbortSignal;
  readonly ffmpeg: Ffmpeg;
  /** A private directory is made in it and removed on every path. */
  readonly temporaryDirectory: string;
}

const recipe = { maxSidePixels: 1_280, quality: 80, atMs: 1_000, timeoutMs: 20_000 };
const highDynamicRange = new Set(["smpte2084", "arib-std-b67"]);

/**
 * One picture of a video, upright, in its colours, as a JPEG: from the first second (later ones cost the more to reach), for the very
 * first is often black. Throws as `transcodeVideo` does.
 */
export async function makePoster(wish: PosterWish): Promise<{ width: number; height: number }> {
  const { input, output, probe, ffmpeg, temporaryDirectory } = wish;
  const signal = AbortSignal.any([wish.signal, AbortSignal.timeout(recipe.timeoutMs)]);
  const size = posterSize(probe);
  const toneMap = highDynamicRange.has(probe.colorTransfer ?? "");
  const filters = [
    ...pictureFilters(probe, { ...size, fit: "scale", toneMap }, ffmpeg),
    "scale=in_color_matrix=bt709",
    "format=rgb24",
  ];
  const seconds = Math.min(recipe.atMs, (probe.durationMs ?? 0) / 2) / 1000;
  try {
    await inPrivateDirectory(temporaryDirectory, "poster-", async (directory) => {
      const raw = join(directory, "picture.rgb");
      await runFfmpeg({
        ffmpeg,
        directory,
        signal,
        inputs: [fileInput(input, ["-noautorotate", "-ss", seconds.toFixed(3)], 1)],
        outputOptions: ["-map", "0:V:0", "-vf", filters.join(","), "-frames:v", "1", "-an", "-f", "rawvideo"],
        output: raw,
      });
      await sharp(await readFile(raw), { raw: { ...size, channels: 3 } })
        .jpeg({ quality: recipe.quality })
        .toFile(output);
    });
    return size;
  } catch (error) {
    await rm(output, { force: true });
    throw await conversionFailure(error, signal, temporaryDirectory);
  }
}

function posterSize(probe: MediaProbe): { width: number; height: number } {
  const { width, height } = shownSize(probe);
  const factor = Math.min(1, recipe.maxSidePixels / Math.max(width, height));
  const even = (pixels: number) => Math.max(2, 2 * Math.round((pixels * factor) / 2));
  return { width: even(width), height: even(height) };
}
