import type { ConversionLease, MediaRow } from "@reelay/database";
import { Failure, mediaProbe, type ConversionPlan } from "@reelay/domain";
import { planRendition } from "@reelay/flows";
import {
  convertImageToVideo,
  convertPhoto,
  makeSlideshow,
  remuxVideo,
  transcodeVideo,
  type ConversionProgress,
} from "@reelay/media";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { ConversionDeps } from "./deps.ts";
import type { LeasedRun } from "./under-lease.ts";

/** Its directory holds inputs that are copied, the output, and what ffmpeg needs in between. */
export interface ConversionRun extends LeasedRun {
  readonly onProgress: (progress: ConversionProgress) => void;
}

/** What a plan has made: a file, or (pass) nothing, because the source itself is what is sent. */
export type Made =
  | { readonly path: string; readonly contentType: string; readonly ending: string; readonly durationMs: number | null }
  | { readonly path: null; readonly durationMs: number | null };

type Deps = Pick<ConversionDeps, "storage" | "ffmpeg" | "threads">;

/** Makes what a rendition's plan says. The plan is decided again from the stored probe: that is what the row was decided by. */
export async function executePlan(deps: Deps, lease: ConversionLease, run: ConversionRun): Promise<Made> {
  const { media, rendition } = lease;
  const probe = mediaProbe.parse(media.probe);
  const plan = planRendition(probe, rendition.target, rendition.options);
  if (plan.kind === "pass") return { path: null, durationMs: probe.durationMs };
  if (plan.kind === "impossible") throw new Failure("conversion_impossible", { internal: plan.reasons.join(", ") });
  const input = await localInput(deps, media, run);
  return make(deps, { plan, input, probe, others: lease.others }, run);
}

type Executable = Exclude<ConversionPlan, { kind: "pass" | "impossible" }>;

async function make(
  { storage, ffmpeg, threads }: Deps,
  work: { plan: Executable; input: string; probe: ReturnType<typeof mediaProbe.parse>; others: readonly MediaRow[] },
  run: ConversionRun,
): Promise<Made> {
  const { plan, input, probe, others } = work;
  const { signal, onProgress } = run;
  const common = { input, signal, onProgress, ffmpeg, temporaryDirectory: run.directory };
  const video = { ...common, probe, output: join(run.directory, "output.mp4") };
  switch (plan.kind) {
    case "remux":
      return { ...(await remuxVideo({ ...video, audio: plan.audio })), path: video.output, ending: "mp4" };
    case "transcode": {
      const { audio, video: recipe } = plan;
      const made = await transcodeVideo({ ...video, video: recipe, audio, threads });
      return { ...made, path: video.output, ending: "mp4" };
    }
    case "still": {
      const sayPercent = (percent: number) => onProgress({ percent, timeLeftMs: null });
      const made = await convertImageToVideo({ ...video, options: plan.still, onProgress: sayPercent });
      return { ...made, path: video.output, ending: "mp4" };
    }
    case "slideshow": {
      const inputs = [input];
      for (const other of others) inputs.push(await localInput({ storage }, other, run));
      const { slideshow: times, still: frame } = plan;
      const made = await makeSlideshow({ ...video, inputs, times, frame, threads });
      return { ...made, path: video.output, ending: "mp4" };
    }
    case "photo": {
      const output = join(run.directory, "output.jpg");
      const made = await convertPhoto({ input, output, photo: plan.photo, signal });
      return { contentType: made.contentType, durationMs: null, path: output, ending: "jpg" };
    }
    default:
      return plan satisfies never;
  }
}

/** A directory for each: storage may copy the object into it under a name of its choice. */
async function localInput({ storage }: Pick<Deps, "storage">, media: MediaRow, run: ConversionRun): Promise<string> {
  if (media.storageKey === null)
    throw new Failure("media_bytes_missing", { internal: `media ${media.id} has no bytes` });
  const directory = join(run.directory, media.id);
  await mkdir(directory, { recursive: true });
  return storage.localPath(media.storageKey, directory, run.signal);
}
