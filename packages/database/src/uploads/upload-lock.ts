import type { Database } from "../connect.ts";

export interface UploadLock {
  readonly workspaceId: string;
  readonly id: string;
  readonly token: string;
}

/** Takes an open upload for one writer, for `lockMs`; false while another has it, or when it is not open. */
export async function lockUpload(database: Database, lock: UploadLock, lockMs: number): Promise<boolean> {
  const locked = await database.inWorkspace(
    lock.workspaceId,
    (tx) => tx.$executeRaw`
      update uploads set lock_token = ${lock.token}::uuid, lock_until = now() + make_interval(secs => ${lockMs}::float8 / 1000)
      where id = ${lock.id}::uuid and state = 'open' and (lock_until is null or lock_until < now())`,
  );
  return locked === 1;
}

/** False when the lock is not ours any more. */
export async function renewUploadLock(database: Database, lock: UploadLock, lockMs: number): Promise<boolean> {
  const renewed = await database.inWorkspace(
    lock.workspaceId,
    (tx) => tx.$executeRaw`
      update uploads set lock_until = now() + make_interval(secs => ${lockMs}::float8 / 1000)
      where id = ${lock.id}::uuid and lock_token = ${lock.token}::uuid and lock_until > now()`,
  );
  return renewed === 1;
}

export async function unlockUpload(database: Database, lock: UploadLock): Promise<void> {
  await database.inWorkspace(
    lock.workspaceId,
    (tx) => tx.$executeRaw`
      update uploads set lock_token = null, lock_until = null
      where id = ${lock.id}::uuid and lock_token = ${lock.token}::uuid`,
  );
}
