import { openDiskStorage } from "./disk-storage.ts";
import type { Storage } from "./storage.ts";

/** As in the environment. */
export interface StorageSettings {
  readonly STORAGE_DRIVER: "disk" | "s3";
  readonly STORAGE_DIRECTORY: string;
  readonly S3_ENDPOINT?: string | undefined;
  readonly S3_REGION: string;
  readonly S3_BUCKET: string;
  readonly S3_ACCESS_KEY_ID: string;
  readonly S3_SECRET_ACCESS_KEY: string;
  readonly S3_FORCE_PATH_STYLE?: boolean | undefined;
}

/**
 * The storage that the settings name. Throws Failure `storage_unavailable` when the directory of a disk cannot be made; a bucket
 * is asked nothing before it is used.
 */
export async function openStorage(settings: StorageSettings): Promise<Storage> {
  if (settings.STORAGE_DRIVER === "disk") return await openDiskStorage({ directory: settings.STORAGE_DIRECTORY });
  // Amazon's SDK takes a while to load: only who uses it waits for it.
  const { openS3Storage } = await import("./s3/open-s3-storage.ts");
  return openS3Storage(s3Settings(settings));
}

export function s3Settings(settings: StorageSettings) {
  const endpoint = settings.S3_ENDPOINT;
  return {
    ...(endpoint !== undefined && { endpoint }),
    region: settings.S3_REGION,
    bucket: settings.S3_BUCKET,
    accessKeyId: settings.S3_ACCESS_KEY_ID,
    secretAccessKey: settings.S3_SECRET_ACCESS_KEY,
    forcePathStyle: settings.S3_FORCE_PATH_STYLE ?? endpoint !== undefined,
  };
}
