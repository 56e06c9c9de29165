import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { checkFfmpegInstalled } from "@reelay/media";
import type * as Machine from "../../prepare/machine.mjs";
import type { DoctorContext } from "./context.ts";
import { bad, good, type Finding } from "./finding.ts";

export async function checkMachine({ platform, nodeVersion, here, root }: DoctorContext): Promise<Finding[]> {
  // It is never compiled: every command runs it before anything is installed.
  const file = pathToFileURL(join(root, "scripts", "prepare", "machine.mjs")).href;
  const { machineProblem } = (await import(file)) as typeof Machine;
  const [problem, fix] = (machineProblem(platform, nodeVersion) ?? "").split(": ");
  const node = problem ? bad("Node", problem, fix ?? "") : good("Node", nodeVersion);
  return [node, await checkFfmpeg(here.env, platform)];
}

/** ffmpeg and ffprobe as our processes would find them, with the encoders that conversion needs. */
async function checkFfmpeg(env: DoctorContext["here"]["env"], platform: NodeJS.Platform): Promise<Finding> {
  const location = { ffmpegPath: env["FFMPEG_PATH"] || undefined, ffprobePath: env["FFPROBE_PATH"] || undefined };
  const found = await checkFfmpegInstalled(location, platform);
  if (found.installed) return good("ffmpeg", `${found.version} with ffprobe, libx264 and aac`);
  const [why = "", fix = ""] = found.hint.split(". Install it: ");
  return bad("ffmpeg", why, `Install it: ${fix}`);
}
