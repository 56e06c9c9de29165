import { resolve } from "node:path";
import type { Environment } from "@reelay/runtime";

/** Where everything that a start makes lies: `REELAY_DIRECTORY` below `root`, else `.reelay`. An empty variable is none. */
export function stateDirectory(root: string, env: Environment): string {
  return resolve(root, env["REELAY_DIRECTORY"] || ".reelay");
}
