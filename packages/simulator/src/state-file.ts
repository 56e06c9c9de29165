import { readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { World } from "./world.ts";
import type { Grant, SimAccount, SimPost, Upload } from "./world-types.ts";

interface State {
  readonly accounts: SimAccount[];
  readonly grants: Grant[];
  readonly uploads: Upload[];
  readonly posts: SimPost[];
}

/** Keeps accounts, grants, uploads and posts over a restart, so that an installation can go on where it stopped. */
export function keepState(world: World): { flush(): Promise<void> } {
  const path = join(world.directory, "state.json");
  load(world, path);
  let writing: Promise<void> | null = null;
  let again = false;
  const write = async (): Promise<void> => {
    again = false;
    const state: State = {
      accounts: [...world.accounts.values()],
      grants: world.grants,
      uploads: [...world.uploads.values()],
      posts: world.posts,
    };
    await writeFile(`${path}.new`, JSON.stringify(state), { mode: 0o600 });
    await rename(`${path}.new`, path);
    if (again) await write();
  };
  const save = () => {
    again = true;
    writing ??= write().finally(() => {
      writing = null;
    });
    return writing;
  };
  world.onChange(() => void save().catch(() => undefined));
  return { flush: save };
}

function load(world: World, path: string): void {
  const text = readText(path);
  if (text === null) return;
  const state = JSON.parse(text) as State;
  for (const account of state.accounts) world.accounts.set(account.openId, account);
  world.grants.push(...state.grants);
  for (const upload of state.uploads) world.uploads.set(upload.publishId, upload);
  world.posts.push(...state.posts);
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
