import { mediaConfig, storageConfig } from "@reelay/runtime";
import { examineBucket } from "@reelay/storage";
import { checkDisk } from "./check-disk.ts";
import type { DoctorContext } from "./context.ts";
import { open, readSettings, type Finding } from "./finding.ts";

const check = "storage";

/** The directory or the bucket of media; `make` makes one that is not there. */
export async function checkStorage(
  { here, limitMs }: Pick<DoctorContext, "here" | "limitMs">,
  { make = false } = {},
): Promise<Finding[]> {
  const isS3 = here.env["STORAGE_DRIVER"] === "s3";
  if (!isS3 && !here.hasStarted && !here.env["STORAGE_DIRECTORY"] && here.env["NODE_ENV"] !== "production")
    return [open(check, `none yet: \`npm start\` makes it in ${here.directory}`)];
  const read = readSettings(check, storageConfig, here.env);
  if ("findings" in read) return read.findings;
  const media = readSettings(check, mediaConfig, here.env);
  if ("findings" in media) return media.findings;
  if (!isS3) {
    const isProduction = here.env["NODE_ENV"] === "production";
    const directory = read.settings.STORAGE_DIRECTORY;
    return await checkDisk(check, { directory, maxBytes: media.settings.MEDIA_MAX_BYTES, isProduction, make });
  }
  const findings = await examineBucket(read.settings, { make, limitMs });
  return findings.map((finding) => ({ check, ...finding }));
}
