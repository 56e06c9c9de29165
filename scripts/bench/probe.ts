import { conversionOptions, conversionTargets, isPhotoTarget, planConversion } from "@reelay/domain";
import { findFfmpeg, probeMedia, type Ffmpeg } from "@reelay/media";
import { copyFile, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeFilm } from "./make-film.ts";
import { ratioInterval } from "./ratio-interval.ts";
import type { BenchCheck, BenchResult } from "./result.ts";

const signal = new AbortController().signal;
const mostMs = 100;
/** The longest stays below ten minutes with its sound, which ends a little later. */
const lengths = [15, 595];

/** P8 of design/product.md: a video that fits already is only looked at, beside what copying the file costs. */
export async function benchProbe({ runs = 31 } = {}): Promise<BenchResult> {
  const directory = await mkdtemp(join(tmpdir(), "bench-probe-"));
  try {
    const ffmpeg = await findFfmpeg();
    const checks: BenchCheck[] = [];
    for (const seconds of lengths) {
      // Ten minutes of it stay below the 300 MB that Instagram takes.
      const video = ["-b:v", "2500k", "-maxrate", "3M", "-bufsize", "3M", "-g", "120", "-flags", "+cgop"];
      const film = { directory, name: `${seconds}.mp4`, seconds, video, audio: ["-c:a", "aac", "-b:a", "128k"] };
      checks.push(...(await measure(ffmpeg, await makeFilm(ffmpeg, film), { seconds, runs, directory })));
    }
    const title = "a video that fits is passed as it is";
    return { id: "P8", title, checks, holds: checks.every(({ holds }) => holds) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function measure(
  ffmpeg: Ffmpeg,
  path: string,
  { seconds, runs, directory }: { seconds: number; runs: number; directory: string },
): Promise<BenchCheck[]> {
  const probe = await probeMedia(path, "video", { signal, ffmpeg });
  const plans = conversionTargets
    .filter((target) => !isPhotoTarget(target) && (target !== "instagram-story" || seconds <= 60))
    .map((target) => `${target} ${planConversion(probe, target, conversionOptions.parse({})).kind}`);
  const probes: number[] = [];
  const ratios: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const copyMs = await timed(() => copyFile(path, join(directory, "copy.mp4")));
    const probeMs = await timed(() => probeMedia(path, "video", { signal, ffmpeg }));
    probes.push(probeMs);
    ratios.push(probeMs / copyMs);
  }
  const ms = ratioInterval(probes);
  const ratio = ratioInterval(ratios);
  const name = `${seconds} s, ${((await stat(path)).size / 1_048_576).toFixed(0)} MiB`;
  return [
    {
      name: `${name}: plans`,
      measured: plans.every((plan) => plan.endsWith(" pass")) ? "pass" : plans.join(", "),
      target: "pass",
      holds: plans.every((plan) => plan.endsWith(" pass")),
    },
    {
      name: `${name}: probe`,
      measured: `${ms.middle.toFixed(0)} ms [${ms.low.toFixed(0)}, ${ms.high.toFixed(0)}], ${ratio.middle.toFixed(2)}× of copying it`,
      target: `< ${mostMs} ms`,
      holds: ms.high < mostMs,
    },
  ];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}
