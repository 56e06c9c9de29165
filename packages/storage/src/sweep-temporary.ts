import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** A file that is still being written is young: its time is that of the last write. */
export async function sweepTemporary(directory: string, olderThanMs: number): Promise<number> {
  const before = Date.now() - olderThanMs;
  let removed = 0;
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined || found.mtimeMs >= before) continue;
    await rm(path, { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}
