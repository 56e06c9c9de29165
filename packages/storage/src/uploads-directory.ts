import { resolve } from "node:path";

/** Where uploads under way lie, whatever the driver: whoever receives and whoever sweeps them must see the same disk. */
export function uploadsDirectory(settings: { readonly STORAGE_DIRECTORY: string }): string {
  return resolve(settings.STORAGE_DIRECTORY, "uploads");
}
