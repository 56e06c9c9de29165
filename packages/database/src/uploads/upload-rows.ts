import type { Database } from "../connect.ts";
import type { NewMedia } from "../media/media-library.ts";
import { lockUpload, renewUploadLock, unlockUpload, type UploadLock } from "./upload-lock.ts";
import { finishUpload, refuseUpload } from "./uploads.ts";

/** What finishing an upload writes, bound to a database. */
export interface UploadRows {
  lock(lock: UploadLock, lockMs: number): Promise<boolean>;
  renew(lock: UploadLock, lockMs: number): Promise<boolean>;
  unlock(lock: UploadLock): Promise<void>;
  finish(lock: UploadLock, media: NewMedia): ReturnType<typeof finishUpload>;
  refuse(lock: UploadLock, failure: object): Promise<void>;
}

export function uploadRows(database: Database): UploadRows {
  const held = ({ workspaceId, id, token }: UploadLock) => ({ workspaceId, id, lockToken: token });
  return {
    lock: (lock, lockMs) => lockUpload(database, lock, lockMs),
    renew: (lock, lockMs) => renewUploadLock(database, lock, lockMs),
    unlock: (lock) => unlockUpload(database, lock),
    finish: (lock, media) => finishUpload(database, held(lock), media),
    refuse: (lock, failure) => refuseUpload(database, held(lock), failure),
  };
}
