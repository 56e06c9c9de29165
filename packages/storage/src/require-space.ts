import { Failure } from "@reelay/domain";
import { statfs } from "node:fs/promises";
import { writeFailure } from "./storage-failure.ts";

/** Throws `storage_full` unless the disk of `directory` would keep `keepFreeBytes` free after `neededBytes` more. */
export async function requireSpace(
  directory: string,
  wish: { neededBytes: number; keepFreeBytes: number },
): Promise<void> {
  const disk = await statfs(directory).catch((error: unknown) => {
    throw writeFailure(error);
  });
  const freeBytes = disk.bavail * disk.bsize;
  if (freeBytes - wish.neededBytes >= wish.keepFreeBytes) return;
  throw new Failure("storage_full", { internal: `${freeBytes} bytes free, ${wish.neededBytes} wanted` });
}
