import type { ConversionPlan } from "@reelay/domain";
import { checkArrangement, checkOurs } from "./check-video.ts";
import { lookAtVideo, type VideoLook } from "./look-at-video.ts";
import { measureSimilarity } from "./measure-similarity.ts";
import { shiftMs, watchAndListen, type Heard } from "./watch-and-listen.ts";

/** A source, looked at and measured once for all that is made of it. */
export interface Original {
  readonly path: string;
  readonly look: VideoLook;
  readonly heard: Heard | null;
}

export type Made = Exclude<ConversionPlan, { kind: "impossible" }>;

const leastSimilarity = 0.97;
const mostLoudnessShift = 1;
const mostShiftMs = 40;
/** Longer films are black, and would only cost time. */
const measuredSeconds = 30;

export async function lookAtOriginal(path: string): Promise<Original> {
  const look = await lookAtVideo(path);
  const heard = look.durationSeconds <= measuredSeconds ? await watchAndListen(path, look.audio !== undefined) : null;
  return { path, look, heard };
}

/** What is wrong with a video that was made, whatever it is for: by our own rules, and against its source. */
export async function judgeVideo(
  path: string,
  look: VideoLook,
  { plan, original }: { plan: Made; original: Original | null },
): Promise<string[]> {
  const problems: string[] = [];
  if (plan.kind === "transcode" || plan.kind === "still") problems.push(...checkOurs(look));
  if (plan.kind === "remux") problems.push(...checkArrangement(look));
  if (plan.kind === "still") problems.push(...checkStill(look, plan));
  if (original === null || plan.kind === "pass") return problems;
  problems.push(...checkKept(look, original));
  if (plan.kind === "transcode") problems.push(...(await checkPicture(path, look, { plan, original })));
  if (original.heard !== null) problems.push(...(await checkSound(path, look, original.heard)));
  return problems;
}

function checkStill(look: VideoLook, plan: Extract<Made, { kind: "still" }>): string[] {
  const { durationMs, fps, width, height } = plan.still;
  const frames = Math.round((durationMs * fps) / 1000);
  const got = `${look.frames} of ${look.video.width} × ${look.video.height}`;
  const wanted = `${frames} of ${width} × ${height}`;
  return got === wanted ? [] : [`pictures: ${got}, not ${wanted}`];
}

/** Duration to one picture (how long the last one stays, an uneven source does not say); sound where there was sound. */
function checkKept(look: VideoLook, { look: source }: Original): string[] {
  const problems: string[] = [];
  const picture = 1 / Math.min(look.fps, source.fps);
  const lost = pictureSeconds(source) - pictureSeconds(look);
  if (Math.abs(lost) > picture + source.unevennessMs / 1_000 + 0.001)
    problems.push(`${lost.toFixed(3)} s of the picture lost`);
  if ((look.audio === undefined) !== (source.audio === undefined)) problems.push("sound lost or won");
  return problems;
}

/** Until the last picture is gone, from the file's beginning. */
function pictureSeconds({ lastShownSeconds, fps }: VideoLook): number {
  return lastShownSeconds + 1 / fps;
}

async function checkPicture(
  path: string,
  look: VideoLook,
  { plan, original }: { plan: Extract<Made, { kind: "transcode" }>; original: Original },
): Promise<string[]> {
  const { width, height, frameRate, ...how } = plan.video;
  const problems: string[] = [];
  const got = `${look.video.width} × ${look.video.height}`;
  if (got !== `${width} × ${height}`) problems.push(`${got}, not ${width} × ${height}`);
  if (Math.abs(look.fps - frameRate.numerator / frameRate.denominator) > 0.02) problems.push(`${look.fps} fps`);
  if (original.heard === null) return problems;
  const fps = `${frameRate.numerator}/${frameRate.denominator}`;
  const similarity = await measureSimilarity(original, path, { width, height, fps, ...how });
  return similarity < leastSimilarity ? [...problems, `SSIM ${similarity}`] : problems;
}

async function checkSound(path: string, look: VideoLook, before: Heard): Promise<string[]> {
  if (before.loudness === null || look.audio === undefined) return [];
  const problems: string[] = [];
  const after = await watchAndListen(path, true);
  const louder = (after.loudness ?? Number.NEGATIVE_INFINITY) - before.loudness;
  if (!(Math.abs(louder) <= mostLoudnessShift)) problems.push(`louder by ${louder.toFixed(1)} LU`);
  if (before.flashes.length === 0 || before.beeps.length === 0) return problems;
  const shift = shiftMs(before, after);
  if (shift === null) problems.push(`flashes at ${after.flashes.join(", ")}, beeps at ${after.beeps.join(", ")}`);
  else if (shift > mostShiftMs) problems.push(`sound and picture apart by ${shift.toFixed(0)} ms`);
  return problems;
}
