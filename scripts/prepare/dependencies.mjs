import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Installs what the lock file says when it is not what is installed, and generates the Prisma client when it is older
 * than its schema. Needs nothing but Node and npm; writes only below node_modules and the generated client.
 */
export function installDependencies(root, environment) {
  const lock = stamp(process.version, [join(root, "pnpm-lock.yaml"), join(root, "pnpm-workspace.yaml")]);
  unlessStamped(join(root, "node_modules", ".reelay-stamp"), lock, () => {
    const [command, ...args] = pnpm(root, environment);
    const flags = ["install", "--frozen-lockfile", "--config.confirmModulesPurge=false", "--reporter=append-only"];
    console.error("Installing dependencies (first start, or the lock file changed) …");
    run(root, environment, command, [...args, ...flags]);
  });
  const prismaFiles = [join(root, "prisma", "schema.prisma"), join(root, "node_modules", "prisma", "package.json")];
  const schema = stamp("", prismaFiles);
  unlessStamped(join(root, "packages", "database", "src", "generated", ".stamp"), schema, () => {
    // Prisma would download an engine that generating does not use.
    const withoutEngine = { ...environment, PRISMA_SCHEMA_ENGINE_BINARY: "/bin/true", PRISMA_HIDE_UPDATE_MESSAGE: "1" };
    const prisma = join("node_modules", "prisma", "build", "index.js");
    run(root, withoutEngine, process.execPath, [prisma, "generate", "--schema", "prisma/schema.prisma", "--no-hints"]);
  });
}

/** Does the work when `file` does not hold `wanted`, and then writes it there. */
export function unlessStamped(file, wanted, work) {
  if (existsSync(file) && readFileSync(file, "utf8") === wanted) return;
  work();
  writeFileSync(file, wanted);
}

/** A digest of `text` and what stands in `files`. */
export function stamp(text, files = []) {
  const hash = createHash("sha256").update(text);
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest("hex");
}

/** pnpm of the wanted major version on PATH, else the wanted one through npm. */
export function pnpm(root, environment) {
  const wanted = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).packageManager.split("@")[1];
  const found = spawnSync("pnpm", ["--version"], {
    cwd: root,
    env: { ...environment, COREPACK_ENABLE_NETWORK: "0" },
    encoding: "utf8",
  });
  const isFit = found.status === 0 && found.stdout.trim().split(".")[0] === wanted.split(".")[0];
  return isFit ? ["pnpm"] : ["npx", "--yes", `pnpm@${wanted}`];
}

/** Runs a program to its end; prints what it printed and throws when that was not a good one. */
export function run(root, environment, command, args) {
  const done = spawnSync(command, args, {
    cwd: root,
    env: environment,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (done.status === 0) return;
  process.stderr.write(`${done.stdout ?? ""}${done.stderr ?? ""}`);
  throw new Error(
    `\`${[command, ...args].join(" ")}\` failed${done.error ? `: ${done.error.message}` : ""}; the lines above say why.`,
  );
}
