import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { StopWithSentence } from "./stop-with-sentence.ts";

export type ToolName = "redis" | "ffmpeg" | "chromium";

/** What we look for (any one of `programs`, or all of them) and which package brings it. */
const tools = {
  redis: { programs: ["redis-server", "valkey-server"], needs: "one", apt: "redis-server", brew: "redis" },
  ffmpeg: { programs: ["ffmpeg", "ffprobe"], needs: "all", apt: "ffmpeg", brew: "ffmpeg" },
  chromium: {
    programs: ["chromium", "chromium-browser", "google-chrome"],
    needs: "one",
    apt: "chromium",
    brew: "chromium",
  },
} as const;

export interface InstallRights {
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  /** `sudo -n true` works: no password is asked. */
  readonly hasSudo: boolean;
  readonly hasApt: boolean;
  readonly hasBrew: boolean;
}

export interface InstallPlan {
  readonly sentence: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** The file that `program` means on `path`, as a shell would find it. */
export function findProgram(program: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter((directory) => directory !== "")
    .map((directory) => join(directory, program))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return statSync(file).isFile();
      } catch {
        return false;
      }
    });
}

export function missingTools(wanted: readonly ToolName[], path: string): ToolName[] {
  return wanted.filter((name) => {
    const found = tools[name].programs.filter((program) => findProgram(program, path) !== undefined);
    return tools[name].needs === "all" ? found.length < tools[name].programs.length : found.length === 0;
  });
}

/** The first program of `tool` on `path`. */
export function toolProgram(tool: ToolName, path: string): string | undefined {
  return tools[tool].programs.map((program) => findProgram(program, path)).find((file) => file !== undefined);
}

/** How `missing` gets installed here; throws the sentence to show when we have not the right to. */
export function planInstall(missing: readonly ToolName[], rights: InstallRights): InstallPlan {
  const names = missing.map((name) => tools[name].programs[0]).join(" and ");
  const verb = missing.length > 1 ? "are" : "is";
  const packages = missing.map((name) => (rights.platform === "darwin" ? tools[name].brew : tools[name].apt));
  if (rights.platform === "darwin") {
    const command = `brew install ${packages.join(" ")}`;
    if (!rights.hasBrew)
      throw new StopWithSentence(
        `${names} ${verb} missing: install Homebrew from https://brew.sh, then run \`${command}\` and start again.`,
      );
    return {
      sentence: `${names} ${verb} missing: running \`${command}\`.`,
      command: "brew",
      args: ["install", ...packages],
    };
  }
  const apt = `apt-get install -y --no-install-recommends ${packages.join(" ")}`;
  if (!rights.hasApt || !(rights.isRoot || rights.hasSudo)) {
    throw new StopWithSentence(
      `${names} ${verb} missing and this user may not install packages: run \`sudo ${apt}\` and start again.`,
    );
  }
  const args = ["-c", aptScript, "install", ...packages];
  return rights.isRoot
    ? { sentence: `${names} ${verb} missing: running \`${apt}\`.`, command: "sh", args }
    : { sentence: `${names} ${verb} missing: running \`sudo ${apt}\`.`, command: "sudo", args: ["-n", "sh", ...args] };
}

// Debian's redis-server would be started as a system service on its usual port: while we install, none may start.
// https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt
const aptScript = `
set -e
guard=/usr/sbin/policy-rc.d
if [ ! -e "$guard" ]; then
  trap 'rm -f "$guard"' EXIT
  trap 'exit 130' INT TERM
  printf '#!/bin/sh\\nexit 101\\n' >"$guard"
  chmod 755 "$guard"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get install -y --no-install-recommends "$@" || { apt-get update && apt-get install -y --no-install-recommends "$@"; }
`;
