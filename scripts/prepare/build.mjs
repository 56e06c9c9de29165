import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { pnpm, run, stamp, unlessStamped } from "./dependencies.mjs";

const settings = ["package.json", "pnpm-lock.yaml", "tsconfig.base.json", "turbo.json"];
const skipped = new Set(["node_modules", "dist", ".turbo", "testing", "e2e"]);

/**
 * Compiles the TypeScript into each folder's dist when any source is not what was compiled last: running what is
 * compiled starts in half the time. Throws with the compiler's errors printed.
 */
export function buildWhenChanged(root, environment) {
  const sources = ["apps", "packages", "scripts"].flatMap((folder) => sourcesIn(root, folder));
  const stampFile = join(root, "node_modules", ".reelay-build");
  const targets = sources.filter((file) => file.endsWith("tsconfig.build.json")).map(distOf);
  if (!targets.every((folder) => existsSync(join(root, folder)))) rmSync(stampFile, { force: true });
  const states = [...settings, ...sources].map((file) => {
    const { size, mtimeMs } = statSync(join(root, file));
    return `${file} ${size} ${mtimeMs}`;
  });
  unlessStamped(stampFile, stamp(states.join("\n")), () => {
    const [command, ...args] = pnpm(root, environment);
    console.error("Compiling (first start, or the source changed) …");
    run(root, { ...environment, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" }, command, [...args, "run", "build"]);
  });
}

function sourcesIn(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : sourcesIn(root, path);
    return /(?<!\.test)\.ts$|\.json$/.test(path) ? [path] : [];
  });
}

const distOf = (tsconfig) => join(dirname(tsconfig).replace(/config$/, ""), "dist");
