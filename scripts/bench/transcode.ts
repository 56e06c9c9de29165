import { conversionOptions, planConversion, type ConversionPlan, type MediaProbe } from "@reelay/domain";
import { findFfmpeg, h264Recipe, probeMedia, transcodeVideo, type Ffmpeg } from "@reelay/media";
import { execFile } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { planPlaces } from "../../apps/workers/video-conversion/src/places.ts";
import { makeFilm } from "./make-film.ts";
import { median, ratioInterval } from "./ratio-interval.ts";
import type { BenchCheck, BenchResult } from "./result.ts";

const execute = promisify(execFile);
const signal = new AbortController().signal;
const mostRatio = 1.1;

interface Bench {
  readonly ffmpeg: Ffmpeg;
  readonly directory: string;
  readonly source: string;
  readonly probe: MediaProbe;
  readonly plan: Extract<ConversionPlan, { kind: "transcode" }>;
  readonly pairs: number;
}

/** Transcoding 60 s of 1080p60 against the plain command with the same settings, in alternating pairs. */
export async function benchTranscode({ seconds = 60, pairs = 5 } = {}): Promise<BenchResult> {
  const directory = await mkdtemp(join(tmpdir(), "bench-transcode-"));
  try {
    const ffmpeg = await findFfmpeg();
    // Instagram takes neither open groups nor MP3: pictures and sound are both coded again.
    const video = ["-g", "120", "-x264-params", "open-gop=1"];
    const source = await makeFilm(ffmpeg, {
      directory,
      name: "source.mp4",
      seconds,
      video,
      audio: ["-c:a", "libmp3lame"],
    });
    const probe = await probeMedia(source, "video", { signal, ffmpeg });
    const plan = planConversion(probe, "instagram-reel", conversionOptions.parse({}));
    if (plan.kind !== "transcode") throw new Error(`the plan is ${plan.kind}`);
    const checks = await measure({ ffmpeg, directory, source, probe, plan, pairs });
    const title = `${seconds} s of 1080p60, transcoded`;
    return { id: "C1", title, checks, holds: checks.every(({ holds }) => holds) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function measure(bench: Bench): Promise<BenchCheck[]> {
  const plain = join(bench.directory, "plain.mp4");
  const ours = join(bench.directory, "ours.mp4");
  const times: { plainMs: number; oursMs: number }[] = [];
  for (let pair = 0; pair < bench.pairs; pair += 1) {
    const plainFirst = pair % 2 === 0;
    const before = plainFirst ? await timed(() => plainCommand(bench, plain)) : 0;
    const oursMs = await timed(() => byUs(bench, ours));
    const plainMs = plainFirst ? before : await timed(() => plainCommand(bench, plain));
    times.push({ plainMs, oursMs });
  }
  const { middle, low, high } = ratioInterval(times.map(({ plainMs, oursMs }) => oursMs / plainMs));
  const seconds = (pick: (time: (typeof times)[number]) => number) =>
    `${(median(times.map(pick)) / 1_000).toFixed(1)} s`;
  const [plainProbe, oursProbe] = [await probed(bench, plain), await probed(bench, ours)];
  const grown = (await stat(ours)).size / (await stat(plain)).size;
  return [
    {
      name: "time",
      measured: `${middle.toFixed(2)}× [${low.toFixed(2)}, ${high.toFixed(2)}] (${seconds((t) => t.plainMs)} → ${seconds((t) => t.oursMs)})`,
      target: `≤ ${mostRatio}×`,
      holds: high <= mostRatio,
    },
    {
      name: "pictures",
      measured: `${oursProbe.frameCount}`,
      target: `${plainProbe.frameCount}, as the plain command`,
      holds: oursProbe.frameCount === plainProbe.frameCount,
    },
    { name: "size", measured: `${grown.toFixed(2)}×`, target: "≤ 1.1×", holds: grown <= mostRatio },
  ];
}

async function byUs({ ffmpeg, directory, source, probe, plan }: Bench, output: string): Promise<void> {
  const { video, audio } = plan;
  const { threads } = planPlaces(availableParallelism());
  await transcodeVideo({
    input: source,
    output,
    probe,
    video,
    audio,
    signal,
    ffmpeg,
    temporaryDirectory: directory,
    threads,
  });
}

async function plainCommand({ ffmpeg, source }: Bench, output: string): Promise<void> {
  const { preset, quality } = h264Recipe;
  const coding = ["-c:v", "libx264", "-preset", preset, "-crf", `${quality}`, "-c:a", "aac"];
  await execute(ffmpeg.ffmpegPath, ["-nostdin", "-v", "error", "-y", "-i", source, ...coding, output]);
}

const probed = ({ ffmpeg }: Bench, path: string) => probeMedia(path, "video", { signal, ffmpeg });

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}
