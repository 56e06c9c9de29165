import { readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { World } from "./world.ts";
import type { SimVideo } from "./videos.ts";
import type { Grant, SimAccount, SimPost, Upload } from "./world-types.ts";

interface State {
  readonly accounts: SimAccount[];
  readonly grants: Grant[];
  readonly uploads: Upload[];
  readonly posts: SimPost[];
  /** Missing in files from before there were any. */
  readonly videos?: SimVideo[];
}

const pauseMs = 250;

/** Keeps accounts, grants, uploads and posts over a restart, so that an installation can go on where it stopped. */
export function keepState(world: World): { flush(): Promise<void> } {
  const path = join(world.directory, "state.json");
  restore(world, path);
  let writing = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;
  let isDirty = false;
  const write = () => {
    isDirty = false;
    const text = stateOf(world);
    writing = writing.then(async () => {
      await writeFile(`${path}.new`, text, { mode: 0o600 });
      await rename(`${path}.new`, path);
    });
    writing.catch((error: unknown) => process.stderr.write(`The simulator cannot keep its state: ${String(error)}\n`));
  };
  world.onChange(() => {
    isDirty = true;
    if (timer) return;
    write();
    timer = setTimeout(() => {
      timer = null;
      if (isDirty) write();
    }, pauseMs);
  });
  return {
    async flush() {
      if (timer) clearTimeout(timer);
      write();
      await writing;
    },
  };
}

function stateOf(world: World): string {
  const { accounts, grants, uploads, posts } = world;
  const state: State = {
    accounts: [...accounts.values()],
    grants: [...grants],
    uploads: [...uploads.values()],
    posts,
    videos: world.videos.all(),
  };
  return JSON.stringify(state);
}

function restore(world: World, path: string): void {
  const text = readText(path);
  if (text === null) return;
  const state = JSON.parse(text) as State;
  for (const account of state.accounts) world.addAccount(account);
  world.tokens.restore(state.grants);
  for (const upload of state.uploads) world.uploads.set(upload.publishId, upload);
  world.posts.push(...state.posts);
  for (const video of state.videos ?? []) world.videos.add(video);
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
