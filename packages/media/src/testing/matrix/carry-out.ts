import type { ConversionPlan, MediaProbe } from "@reelay/domain";
import { convertImageToVideo } from "../../convert-image-to-video.ts";
import { convertPhoto } from "../../convert-photo.ts";
import type { Ffmpeg } from "../../find-ffmpeg.ts";
import { remuxVideo } from "../../remux-video.ts";
import { transcodeVideo } from "../../transcode-video.ts";

export interface Carrying {
  readonly input: string;
  readonly output: string;
  readonly probe: MediaProbe;
  readonly ffmpeg: Ffmpeg;
  readonly temporaryDirectory: string;
}

const timeoutMs = 300_000;

/** What the worker does with a plan, by the same functions. */
export async function carryOut(plan: ConversionPlan, given: Carrying): Promise<void> {
  const run = { ...given, signal: AbortSignal.timeout(timeoutMs) };
  switch (plan.kind) {
    case "pass":
    case "impossible":
      return;
    case "remux":
      return void (await remuxVideo({ ...run, audio: plan.audio }));
    case "transcode":
      return void (await transcodeVideo({ ...run, video: plan.video, audio: plan.audio, threads: 2 }));
    case "still":
      return void (await convertImageToVideo({ ...run, options: plan.still }));
    case "slideshow":
      throw new Error("no source of one file asks for a slideshow");
    case "photo":
      return void (await convertPhoto({ ...run, photo: plan.photo }));
  }
  return plan satisfies never;
}
