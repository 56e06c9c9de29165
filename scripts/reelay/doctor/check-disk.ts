import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { Failure } from "@reelay/domain";
import { openDiskStorage } from "@reelay/storage";
import { bad, good, open, type Finding } from "./finding.ts";

const leastFreeBytes = 1_073_741_824;
/** An upload, its conversion and what the conversion writes beside it. */
const copiesOfLargest = 4;

interface Disk {
  readonly directory: string;
  /** The largest upload. */
  readonly maxBytes: number;
  readonly isProduction: boolean;
  readonly make: boolean;
}

/** Can the directory of media be written, and has it room? */
export async function checkDisk(check: string, { directory, maxBytes, isProduction, make }: Disk): Promise<Finding[]> {
  if (!make && !existsSync(directory)) return [missing(check, directory, isProduction)];
  try {
    await (await openDiskStorage({ directory })).check();
  } catch (error) {
    return [notWritten(check, directory, error)];
  }
  const { bavail, bsize } = await statfs(directory);
  const freeBytes = bavail * bsize;
  const wantedBytes = Math.max(leastFreeBytes, maxBytes * copiesOfLargest);
  const says = `${directory} has ${gibibytes(freeBytes)} GiB free`;
  if (freeBytes >= wantedBytes) return [good(check, says)];
  const why = `the largest upload is kept up to ${copiesOfLargest} times while it is converted`;
  return [bad(check, says, `Free space there until ${gibibytes(wantedBytes)} GiB are: ${why}.`)];
}

function missing(check: string, directory: string, isProduction: boolean): Finding {
  if (!isProduction) return open(check, `${directory} is made by the first start`);
  return bad(check, `${directory} does not exist`, "Make the directory, or correct STORAGE_DIRECTORY.");
}

function notWritten(check: string, directory: string, error: unknown): Finding {
  return error instanceof Failure && error.code === "storage_full"
    ? bad(check, `${directory} is full`, "Free space there, or move it to a larger disk.")
    : bad(check, `${directory} cannot be written`, "Give the user that runs Reelay the right to write there.");
}

const gibibytes = (bytes: number) => (bytes / 1_073_741_824).toFixed(1);
