import { Failure, mediaLimits, type MediaProbe } from "@reelay/domain";
import { stat } from "node:fs/promises";
import { findMissingBytes } from "./find-missing-bytes.ts";
import type { Ffmpeg } from "./find-ffmpeg.ts";
import { interruption } from "./interruption.ts";
import { probeMp4, type Mp4Traits } from "./probe-mp4.ts";
import { probePace } from "./probe-pace.ts";
import { probeWithFfprobe } from "./probe-with-ffprobe.ts";
import { tooComplex } from "./too-complex.ts";

/**
 * What a local video is: its index read by us where that tells everything for certain, else ffprobe's answer in our words.
 * Throws Failure `media_unreadable` (damaged, cut off, no picture), `media_too_complex` (over a budget of `mediaLimits`),
 * `conversion_interrupted`, or the signal's reason when that is a Failure.
 */
export async function getVideoMetadata(
  path: string,
  options: { signal: AbortSignal; ffmpeg: Ffmpeg },
): Promise<MediaProbe> {
  const { size } = await stat(path);
  const missing = await findMissingBytes(path, size);
  if (missing !== null) throw new Failure("media_unreadable", { internal: missing });
  if (options.signal.aborted) throw interruption(options.signal);
  const own = await probeMp4(path);
  const probe = own.probe ?? (await probeByFfprobe(path, size, own.traits, options));
  if (probe.streams > mediaLimits.video.maxStreams) throw tooComplex(`${probe.streams} streams`);
  refuseCostly(probe);
  return probe;
}

async function probeByFfprobe(
  path: string,
  sizeBytes: number,
  traits: Mp4Traits,
  options: { signal: AbortSignal; ffmpeg: Ffmpeg },
): Promise<MediaProbe> {
  const found = await probeWithFfprobe(path, sizeBytes, options);
  const pace = traits.hasVariableFrameRate === undefined ? await probePace(path, options) : {};
  return { ...found, ...traits, ...pace };
}

function refuseCostly({ width, height, fps, frameCount, durationMs }: MediaProbe): void {
  const { maxPixels, maxDurationMs, maxPixelFrames } = mediaLimits.video;
  const frames = frameCount ?? ((durationMs ?? 0) * (fps ?? 0)) / 1000;
  if (width * height > maxPixels) throw tooComplex(`${width} × ${height} pixels`);
  if ((durationMs ?? 0) > maxDurationMs) throw tooComplex(`${durationMs} ms long`);
  if (width * height * frames > maxPixelFrames) throw tooComplex(`${width} × ${height} × ${frames} frames`);
}
