import { join } from "node:path";
import type { World } from "./world.ts";

/** Where the bytes of an upload lie. */
export function filePathOf(world: Pick<World, "directory">, upload: { readonly publishId: string }): string {
  return join(world.directory, `${upload.publishId.replaceAll(/[^A-Za-z0-9.-]/g, "_")}.mp4`);
}
