import { conversionOptions, Failure, planConversion, type ConversionTarget } from "@reelay/domain";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Ffmpeg } from "../../find-ffmpeg.ts";
import { inspectUpload } from "../../inspect-upload.ts";
import { probeMedia } from "../../probe-media.ts";
import { carryOut, type Carrying } from "./carry-out.ts";
import { checkOurPhoto, checkPhoto, photoDifference, type PhotoTarget } from "./check-photo.ts";
import { checkVideo, type VideoTarget } from "./check-video.ts";
import { planText, targets } from "./expected-plans.ts";
import { lookAtVideo, type VideoLook } from "./look-at-video.ts";
import { judgeVideo, lookAtOriginal, type Made, type Original } from "./judge-video.ts";
import type { Source } from "./source.ts";

/** What became of a source on its way to one target. */
export interface Verdict {
  /** The plan and its reasons, or who refused the source and why. */
  readonly plan: string;
  readonly problems: readonly string[];
}
export type Verdicts = Readonly<Record<ConversionTarget, Verdict>>;

const acceptedTypes = ["video/mp4", "video/quicktime", "video/webm", "image/jpeg", "image/png", "image/webp"];
const mostPhotoDifference = 4;
const hashedBytes = 1_000_000_000;

/** Makes the source, sends it the worker's way to every target, and judges what comes out. Leaves nothing behind. */
export async function judgeSource(source: Source, run: { ffmpeg: Ffmpeg; directory: string }): Promise<Verdicts> {
  const directory = await mkdtemp(join(run.directory, "source-"));
  try {
    const path = join(directory, source.name);
    const makings = join(directory, "makings");
    await mkdir(makings);
    await source.make(path, makings);
    return await judgeFile(source, { path, directory, ffmpeg: run.ffmpeg });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

interface File {
  readonly path: string;
  readonly directory: string;
  readonly ffmpeg: Ffmpeg;
}

async function judgeFile(source: Source, file: File): Promise<Verdicts> {
  const before = await digestOf(file.path);
  const probe = await passTheDoor(file);
  if (typeof probe === "string") return everyTarget(() => ({ plan: probe, problems: [] }));
  const temporaryDirectory = join(file.directory, "temporary");
  await mkdir(temporaryDirectory);
  const plans = everyTarget((target) => planConversion(probe, target, conversionOptions.parse({})));
  const isMade = Object.values(plans).some(({ kind }) => kind === "remux" || kind === "transcode");
  const original = source.kind === "video" && isMade ? await lookAtOriginal(file.path) : null;
  const judged = new Map<string, Promise<Judged>>();
  const verdicts: Partial<Record<ConversionTarget, Verdict>> = {};
  for (const target of targets) {
    const plan = plans[target];
    const problems: string[] = [];
    if (plan.kind !== "impossible") {
      // Targets with the same recipe share one file.
      const key = JSON.stringify({ ...plan, reasons: [], isPhoto: isPhoto(target) });
      const run = { ...file, input: file.path, probe, temporaryDirectory, original };
      const output = join(file.directory, `made-${judged.size}.${plan.kind === "photo" ? "jpg" : "mp4"}`);
      const known = judged.get(key) ?? makeAndJudge(plan, { ...run, output, isPhoto: isPhoto(target) });
      judged.set(key, known);
      problems.push(...(await problemsOf(await known, target)));
    }
    verdicts[target] = { plan: planText(plan), problems };
  }
  const isTouched = (await digestOf(file.path)) !== before;
  return everyTarget((target) => {
    const { plan = "", problems = [] } = verdicts[target] ?? {};
    return { plan, problems: isTouched ? [...problems, "the source was changed"] : problems };
  });
}

/** The probe, or the code by which the door or the probe refuses the file. */
async function passTheDoor({ path, ffmpeg }: File) {
  let who = "door";
  try {
    const { kind } = await inspectUpload(path, { allowedTypes: acceptedTypes });
    who = "probe";
    return await probeMedia(path, kind, { ffmpeg, signal: AbortSignal.timeout(60_000) });
  } catch (error) {
    if (error instanceof Failure) return `${who}: ${error.code}`;
    throw error;
  }
}

/** A result, and what is wrong with it whatever it is for. */
interface Judged {
  readonly path: string;
  readonly look: VideoLook | null;
  readonly problems: readonly string[];
}

/** A plan that touches nothing gives the source itself. */
async function makeAndJudge(
  plan: Made,
  run: Carrying & { original: Original | null; isPhoto: boolean },
): Promise<Judged> {
  const path = plan.kind === "pass" ? run.input : run.output;
  await carryOut(plan, run);
  if (run.isPhoto)
    return { path, look: null, problems: plan.kind === "photo" ? await judgePhoto(path, plan, run.input) : [] };
  const look = await lookAtVideo(path);
  return { path, look, problems: await judgeVideo(path, look, { plan, original: run.original }) };
}

async function judgePhoto(
  path: string,
  { photo }: Extract<Made, { kind: "photo" }>,
  source: string,
): Promise<string[]> {
  const difference = await photoDifference(source, path, photo.fit);
  const problems = await checkOurPhoto(path);
  return difference > mostPhotoDifference ? [...problems, `colours apart by ${difference.toFixed(1)}`] : problems;
}

async function problemsOf({ path, look, problems }: Judged, target: ConversionTarget): Promise<string[]> {
  const refused =
    look === null ? await checkPhoto(path, target as PhotoTarget) : checkVideo(look, target as VideoTarget);
  return [...refused, ...problems];
}

const isPhoto = (target: ConversionTarget): target is "tiktok-photo" | "instagram-image" =>
  target === "tiktok-photo" || target === "instagram-image";

function everyTarget<T>(of: (target: ConversionTarget) => T): Record<ConversionTarget, T> {
  return Object.fromEntries(targets.map((target) => [target, of(target)])) as Record<ConversionTarget, T>;
}

async function digestOf(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path);
  if (size > hashedBytes) return `${size} ${mtimeMs}`;
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
