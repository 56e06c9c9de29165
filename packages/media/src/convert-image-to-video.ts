import { frameCountOf, type StillOptions } from "@reelay/domain";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { conversionFailure } from "./conversion-failure.ts";
import { runFfmpeg } from "./ffmpeg.ts";
import type { Ffmpeg } from "./find-ffmpeg.ts";
import { keyPictureOffset } from "./key-picture-offset.ts";
import { scaleStill } from "./scale-still.ts";
import { groupsOf, stillRecipe, type StillRecipe } from "./still-recipe.ts";

export interface StillConversion {
  /** A local image; never a URL. */
  readonly input: string;
  /** Written whole or removed. */
  readonly output: string;
  readonly options: StillOptions;
  readonly signal: AbortSignal;
  /** From 0 to 100, never backwards. */
  readonly onProgress?: (percent: number) => void;
  readonly ffmpeg: Ffmpeg;
  /** A private directory is made in it and removed on every path. */
  readonly temporaryDirectory: string;
  /** For the bench, which chooses it. */
  readonly recipe?: StillRecipe;
}

export interface StillVideo {
  readonly contentType: "video/mp4";
  readonly width: number;
  readonly height: number;
  readonly frameCount: number;
  readonly durationMs: number;
  readonly sizeBytes: number;
}

const timeoutMs = 5 * 60_000;
/** Where on the way to 100 each step ends. */
const ends = { encoded: 70, joined: 99 };

/**
 * Makes an H.264 MP4 (bt709, tv range, no edit list, index first) that shows the image for exactly
 * `round(durationMs × fps / 1000)` frames. Throws the signal's reason when that is a Failure, else `conversion_interrupted`;
 * `media_unreadable`, `conversion_failed`, `storage_full`.
 */
export async function convertImageToVideo(conversion: StillConversion): Promise<StillVideo> {
  const { options, output, temporaryDirectory, signal: stop, recipe = stillRecipe } = conversion;
  const signal = AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]);
  const report = monotone(conversion.onProgress);
  const directory = await mkdtemp(join(temporaryDirectory, "still-"));
  try {
    const frameCount = frameCountOf(options);
    const { groupFrames, groups } = groupsOf(frameCount, recipe.idealGroupFrames);
    const scaled = scaleStill(conversion.input, options);
    // It sees pixels that we decoded, never the file, so nothing could make it ask the network.
    const ffmpeg = { ...conversion.ffmpeg, tools: { ...conversion.ffmpeg.tools, unshare: null } };
    const run = { ffmpeg, directory, signal, options, recipe };
    const encoded = encodeGroup({
      ...run,
      scaled,
      groupFrames,
      onFrame: (frame) => report((ends.encoded * frame) / groupFrames),
    });
    const share = (frame: number) => ends.encoded + ((ends.joined - ends.encoded) * frame) / frameCount;
    // The second ffmpeg loads while the first one encodes, no earlier: it would slow down the scaling that the first one waits for.
    const joined = scaled.then(() =>
      joinGroups({
        ...run,
        repeated: Readable.from(repeatGroup(encoded, groups), { objectMode: false }),
        frameCount,
        output,
        onFrame: (frame) => frame > 0 && report(share(frame)),
      }),
    );
    await Promise.allSettled([encoded, joined]);
    await encoded;
    await joined;
    const { size } = await stat(output);
    report(100);
    const { width, height, fps } = options;
    return {
      contentType: "video/mp4",
      width,
      height,
      frameCount,
      durationMs: Math.round((frameCount * 1000) / fps),
      sizeBytes: size,
    };
  } catch (error) {
    await rm(output, { force: true });
    throw await conversionFailure(error, signal, temporaryDirectory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

interface Step {
  readonly ffmpeg: Ffmpeg;
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly options: StillOptions;
  readonly recipe: StillRecipe;
  readonly onFrame: (frame: number) => void;
}

/** The picture once through scaling and colour conversion, then N times through the encoder. ffmpeg never sees the file itself. */
async function encodeGroup(step: Step & { scaled: Promise<Buffer>; groupFrames: number }): Promise<Buffer> {
  const { options, recipe, groupFrames } = step;
  const { width, height, fps } = options;
  const group = join(step.directory, "group.h264");
  const picture = Readable.from(oneFrame(step.scaled), { objectMode: false });
  const format = [
    "-f",
    "rawvideo",
    "-pixel_format",
    "rgb24",
    "-video_size",
    `${width}x${height}`,
    "-framerate",
    `${fps}`,
  ];
  const filter = `scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,setsar=1,loop=loop=${groupFrames - 1}:size=1`;
  await runFfmpeg({
    ...step,
    inputs: [{ source: picture, options: [...onlyPipe, ...littleProbing, ...format] }],
    outputOptions: [
      ...[
        "-vf",
        filter,
        "-frames:v",
        `${groupFrames}`,
        "-c:v",
        "libx264",
        "-preset",
        recipe.preset,
        "-qp",
        `${recipe.quantizer}`,
      ],
      // B frames would give a wrong length when the last group is cut.
      ...["-bf", "0", "-g", `${groupFrames}`, "-keyint_min", `${groupFrames}`, "-sc_threshold", "0", "-flags", "+cgop"],
      ...["-x264-params", recipe.x264],
      ...["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"],
      ...["-f", "h264"],
    ],
    output: group,
  });
  return readFile(group);
}

/** Repeats the group's pictures without decoding; audio comes in only here, since looping a file with audio leaves gaps. */
async function joinGroups(step: Step & { repeated: Readable; frameCount: number; output: string }): Promise<void> {
  const { options, recipe, frameCount } = step;
  const { audio } = recipe;
  const silence = {
    source: `anullsrc=r=${audio.sampleRate}:cl=${audio.channels}`,
    options: ["-f", "lavfi", ...silenceTimes(step)],
  };
  const pictures = {
    source: step.repeated,
    options: [...onlyPipe, ...littleProbing, "-f", "h264", "-framerate", `${options.fps}`],
  };
  await runFfmpeg({
    ...step,
    inputs: [pictures, ...(options.silentAudio ? [silence] : [])],
    outputOptions: [
      // A bare stream has no times: the Nth picture is shown at N / fps, exactly.
      ...["-map", "0:v", "-c:v", "copy", "-bsf:v", `setts=ts=N/(TB*${options.fps})`, "-frames:v", `${frameCount}`],
      ...(options.silentAudio ? ["-map", "1:a", "-c:a", audio.codec, "-b:a", audio.bitrate] : []),
      ...["-map_metadata", "-1", "-movflags", "+faststart", "-use_editlist", "0", "-f", "mp4"],
    ],
    output: step.output,
  });
}

const onlyPipe = ["-protocol_whitelist", "pipe"];
/** ffmpeg need not guess at what we made ourselves: without this it decodes some pictures first. */
const littleProbing = ["-probesize", "32", "-analyzeduration", "0", "-threads", "1"];

async function* repeatGroup(encoded: Promise<Buffer>, groups: number): AsyncGenerator<Buffer> {
  const group = await encoded;
  yield group;
  // Parameter sets once: later in an MP4 they stand in its header only.
  const pictures = group.subarray(keyPictureOffset(group));
  for (let index = 1; index < groups; index += 1) yield pictures;
}

async function* oneFrame(scaled: Promise<Buffer>): AsyncGenerator<Buffer> {
  yield await scaled;
}

/**
 * Whole AAC frames that do not outlast the picture, begun one frame late: the encoder starts one frame early, and without an edit list
 * the picture would be moved by it.
 */
function silenceTimes({
  options,
  recipe,
  frameCount,
}: {
  options: StillOptions;
  recipe: StillRecipe;
  frameCount: number;
}): string[] {
  const { sampleRate, frameSamples } = recipe.audio;
  const audioFrames = Math.floor((frameCount * sampleRate) / (options.fps * frameSamples)) - 1;
  const seconds = (frames: number) => ((frames * frameSamples) / sampleRate).toFixed(6);
  return ["-itsoffset", seconds(1), "-t", seconds(audioFrames)];
}

function monotone(onProgress: ((percent: number) => void) | undefined): (percent: number) => void {
  let highest = -1;
  return (percent) => {
    const next = Math.min(100, Math.round(percent));
    if (next > highest) onProgress?.((highest = next));
  };
}
