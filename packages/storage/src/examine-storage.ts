import { s3Settings, type StorageSettings } from "./open-storage.ts";
import type { StorageFinding } from "./storage-finding.ts";

/** Tries the bucket of the settings out and says what was found; `make` makes one that is not there. Throws nothing. */
export async function examineBucket(
  settings: StorageSettings,
  options: { make: boolean; limitMs: number },
): Promise<StorageFinding[]> {
  const { examineBucket } = await import("./s3/examine-bucket.ts");
  return await examineBucket(s3Settings(settings), options);
}
