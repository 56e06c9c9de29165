import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder of this repository, seen from the TypeScript as from what it is compiled to. */
export const repositoryRoot = rootAbove(import.meta.dirname);

function rootAbove(folder: string): string {
  if (existsSync(join(folder, "pnpm-workspace.yaml"))) return folder;
  if (folder === dirname(folder)) throw new Error("these scripts run inside Reelay's repository only");
  return rootAbove(dirname(folder));
}
