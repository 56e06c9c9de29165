import { spawnSync } from "node:child_process";
import { createInterface } from "node:readline/promises";
import type { Environment } from "@reelay/runtime";
import { StopWithSentence } from "./stop-with-sentence.ts";
import { findProgram, missingTools, planInstall, type InstallRights, type ToolName } from "./tools.ts";

export interface EnsureOptions {
  readonly env: Environment;
  /** Do not ask, even on a terminal. */
  readonly yes: boolean;
  readonly say: (line: string) => void;
}

/**
 * Makes the system's programs be there. Installing is announced; on a terminal it asks first. Throws the sentence with
 * the exact command when there is no right to install.
 */
export async function ensureTools(wanted: readonly ToolName[], { env, yes, say }: EnsureOptions): Promise<void> {
  const path = env["PATH"] ?? "";
  const missing = missingTools(wanted, path);
  if (missing.length === 0) return;
  const plan = planInstall(missing, installRights(path));
  say(plan.sentence);
  if (!yes && process.stdin.isTTY && !(await agreed())) {
    throw new StopWithSentence("Nothing was installed; install it yourself and start again.");
  }
  const done = spawnSync(plan.command, [...plan.args], {
    env: { ...env } as NodeJS.ProcessEnv,
    encoding: "utf8",
    timeout: 900_000,
  });
  const still = missingTools(wanted, path);
  if (done.status === 0 && still.length === 0) return;
  say(`${done.stdout ?? ""}${done.stderr ?? ""}`.trim());
  throw new StopWithSentence(
    `The installation failed (the lines above say why): install ${still.join(" and ")} yourself and start again.`,
  );
}

function installRights(path: string): InstallRights {
  const isRoot = process.getuid?.() === 0;
  return {
    platform: process.platform,
    isRoot,
    hasSudo:
      !isRoot &&
      findProgram("sudo", path) !== undefined &&
      spawnSync("sudo", ["-n", "true"], { timeout: 10_000 }).status === 0,
    hasApt: findProgram("apt-get", path) !== undefined,
    hasBrew: findProgram("brew", path) !== undefined,
  };
}

async function agreed(): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return !/^n/i.test((await terminal.question("Go on? [Y/n] ")).trim());
  } finally {
    terminal.close();
  }
}
