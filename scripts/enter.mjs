import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { installDependencies } from "./prepare/dependencies.mjs";
import { machineProblem } from "./prepare/machine.mjs";

/** From a fresh clone to running TypeScript: checks the machine, installs, then runs `main(root)` of `script`. */
export async function enter(script) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const environment = { ...process.env, npm_config_loglevel: "error" };
  try {
    const problem = machineProblem(process.platform, process.versions.node);
    if (problem !== null) throw new Error(problem);
    installDependencies(root, environment);
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
  const { register } = await import("tsx/esm/api");
  register();
  await import(pathToFileURL(join(root, "scripts", script)).href);
}
