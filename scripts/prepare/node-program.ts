import { join } from "node:path";

/** How node runs one of our programs: `file` is its TypeScript, what runs is what that was compiled to. */
export function nodeProgram(
  root: string,
  file: string,
  args: readonly string[] = [],
): { command: string; args: string[] } {
  const compiled = file
    .replace("/src/", "/dist/")
    .replace(/^scripts\//, "scripts/dist/")
    .replace(/\.ts$/, ".js");
  return { command: process.execPath, args: ["--no-warnings", join(root, compiled), ...args] };
}
