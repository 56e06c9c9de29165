import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { buildWhenChanged } from "./prepare/build.mjs";
import { installDependencies } from "./prepare/dependencies.mjs";
import { machineProblem } from "./prepare/machine.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** From a fresh clone to the running program `script`: checks the machine, installs, compiles. */
export async function enterCompiled(script) {
  prepareOrExit(installDependencies, buildWhenChanged);
  await import(pathToFileURL(join(root, "scripts", "dist", "bundle", script.replace(/\.ts$/, ".js"))).href);
}

/** As above, straight from the TypeScript: for what judges the source and must not need it to compile. */
export async function enterSource(script) {
  prepareOrExit(installDependencies);
  const { register } = await import("tsx/esm/api");
  register();
  await import(pathToFileURL(join(root, "scripts", script)).href);
}

/** So that what is compiled is what stands in the source; exits with the compiler's errors when that cannot be. */
export function compile() {
  prepareOrExit(installDependencies, buildWhenChanged);
}

function prepareOrExit(...steps) {
  const environment = { ...process.env, npm_config_loglevel: "error" };
  try {
    const problem = machineProblem(process.platform, process.versions.node);
    if (problem !== null) throw new Error(problem);
    for (const step of steps) step(root, environment);
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
