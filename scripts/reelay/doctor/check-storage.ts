import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { Failure } from "@reelay/domain";
import { mediaConfig, storageConfig } from "@reelay/runtime";
import { openDiskStorage } from "@reelay/storage";
import type { DoctorContext } from "./context.ts";
import { bad, good, open, readSettings, type Finding } from "./finding.ts";

const check = "storage";
const leastFreeBytes = 1_073_741_824;
/** An upload, its conversion and what the conversion writes beside it. */
const copiesOfLargest = 4;

export async function checkStorage({ here }: DoctorContext): Promise<Finding[]> {
  if (!here.hasStarted && !here.env["STORAGE_DIRECTORY"] && here.env["NODE_ENV"] !== "production")
    return [open(check, `none yet: \`npm start\` makes it in ${here.directory}`)];
  const read = readSettings(check, storageConfig, here.env);
  if ("findings" in read) return read.findings;
  const directory = read.settings.STORAGE_DIRECTORY;
  if (!existsSync(directory)) return [missing(directory, here.env["NODE_ENV"] === "production")];
  const media = readSettings(check, mediaConfig, here.env);
  if ("findings" in media) return media.findings;
  try {
    await (await openDiskStorage({ directory })).check();
  } catch (error) {
    const why = error instanceof Failure && error.code === "storage_full" ? "is full" : "cannot be written";
    const fix =
      why === "is full"
        ? "Free space there, or move it to a larger disk."
        : "Give the user that runs Reelay the right to write there.";
    return [bad(check, `${directory} ${why}`, fix)];
  }
  const { bavail, bsize } = await statfs(directory);
  const freeBytes = bavail * bsize;
  const wantedBytes = Math.max(leastFreeBytes, media.settings.MEDIA_MAX_BYTES * copiesOfLargest);
  const says = `${directory} has ${gibibytes(freeBytes)} GiB free`;
  return freeBytes >= wantedBytes
    ? [good(check, says)]
    : [
        bad(
          check,
          says,
          `Free space there until ${gibibytes(wantedBytes)} GiB are: the largest upload is kept up to ${copiesOfLargest} times while it is converted.`,
        ),
      ];
}

function missing(directory: string, isProduction: boolean): Finding {
  if (!isProduction) return open(check, `${directory} is made by the first start`);
  return bad(check, `${directory} does not exist`, "Make the directory, or correct STORAGE_DIRECTORY.");
}

const gibibytes = (bytes: number) => (bytes / 1_073_741_824).toFixed(1);
