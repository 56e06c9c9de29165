import { lockUpload, newId, readUpload, renewUploadLock, unlockUpload } from "@reelay/database";
import { Failure } from "@reelay/domain";
import type { Lock, Locker, RequestRelease } from "@tus/server";
import { once } from "node:events";
import type { ApiDeps } from "../deps.ts";

const lockMs = 15_000;

interface Holder {
  readonly requestRelease: RequestRelease;
  /** Fires when the lock is free. */
  readonly released: AbortController;
}

/**
 * One writer for each upload. A later request of this process asks the earlier one to stop, since it most likely is the same client
 * after a broken connection; one of another process is told to come again (`upload_locked`).
 */
export function createUploadLocker(deps: Pick<ApiDeps, "database" | "times">): Locker {
  const holders = new Map<string, Holder>();
  return { newLock: (name) => createLock(deps, holders, name) };
}

function createLock(
  { database, times }: Pick<ApiDeps, "database" | "times">,
  holders: Map<string, Holder>,
  name: string,
): Lock {
  const [workspaceId = "", id = ""] = name.split("/");
  const lock = { workspaceId, id, token: newId() };
  let timer: NodeJS.Timeout | undefined;

  const leave = () => {
    clearInterval(timer);
    const holder = holders.get(name);
    holders.delete(name);
    holder?.released.abort();
  };
  const refuse = async (): Promise<never> => {
    const row = await readUpload(database, workspaceId, id);
    if (!row) throw new Failure("not_found");
    throw new Failure(row.state === "open" ? "upload_locked" : "upload_finished");
  };

  return {
    async lock(signal, requestRelease) {
      const until = AbortSignal.any([signal, AbortSignal.timeout(times.scale(lockMs))]);
      for (let holder = holders.get(name); holder; holder = holders.get(name)) {
        await holder.requestRelease();
        await freed(holder, until);
      }
      holders.set(name, { requestRelease, released: new AbortController() });
      try {
        if (!(await lockUpload(database, lock, times.scale(lockMs)))) await refuse();
      } catch (error) {
        leave();
        throw error;
      }
      const renew = async () => {
        if (!(await renewUploadLock(database, lock, times.scale(lockMs)))) await requestRelease();
      };
      timer = setInterval(() => void renew().catch(() => undefined), times.scale(lockMs / 3));
    },
    async unlock() {
      await unlockUpload(database, lock).finally(leave);
    },
  };
}

async function freed({ released }: Holder, until: AbortSignal): Promise<void> {
  if (released.signal.aborted) return;
  await once(released.signal, "abort", { signal: until }).catch(() => {
    throw new Failure("upload_locked");
  });
}
