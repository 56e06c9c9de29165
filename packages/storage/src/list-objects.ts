import { opendir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { errorCode, writeFailure } from "./storage-failure.ts";

/** Walks the directory; objects that vanish meanwhile are left out. */
export async function* listObjects(root: string, prefix: string): AsyncGenerator<{ key: string; modifiedAt: Date }> {
  const folder = prefix.includes("/") ? prefix.slice(0, prefix.lastIndexOf("/")) : "";
  for await (const path of files(join(root, folder))) {
    const key = relative(root, path).split(sep).join("/");
    if (!key.startsWith(prefix)) continue;
    const found = await stat(path).catch(ignoreMissing);
    if (found !== undefined) yield { key, modifiedAt: found.mtime };
  }
}

async function* files(directory: string): AsyncGenerator<string> {
  const entries = await opendir(directory).catch(ignoreMissing);
  if (entries === undefined) return;
  for await (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else if (entry.isFile()) yield path;
  }
}

function ignoreMissing(error: unknown): undefined {
  if (errorCode(error) !== "ENOENT") throw writeFailure(error);
}
