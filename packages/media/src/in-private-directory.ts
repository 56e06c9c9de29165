import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";

/** Runs `work` with a directory of its own inside `parent`, removed with all it holds on every path. */
export async function inPrivateDirectory<T>(
  parent: string,
  prefix: string,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(parent, prefix));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
