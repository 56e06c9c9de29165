import { existsSync } from "node:fs";
import { join } from "node:path";

export interface Check {
  readonly name: string;
  readonly args: readonly string[];
}

const tool = (path: string) => join("node_modules", path);
const config = (file: string) => join("scripts", "config", file);

/** Everything that judges the code without running it; a check whose settings do not exist is not one. */
const all: readonly (Check & { readonly settings?: string })[] = [
  { name: "typecheck", args: [tool("typescript/bin/tsc"), "--noEmit", "-p", "tsconfig.base.json"] },
  {
    name: "lint",
    settings: config("oxlint.json"),
    args: [tool("oxlint/bin/oxlint"), "--config", config("oxlint.json"), "--type-aware", "--deny-warnings", "."],
  },
  {
    name: "import rules",
    settings: config("dependency-cruiser.cjs"),
    args: [
      tool("dependency-cruiser/bin/dependency-cruise.mjs"),
      "--config",
      config("dependency-cruiser.cjs"),
      "apps",
      "packages",
      "scripts",
    ],
  },
  {
    name: "dead code",
    settings: config("knip.json"),
    args: [tool("knip/bin/knip.js"), "--config", config("knip.json"), "--no-progress"],
  },
  {
    name: "format",
    settings: config("prettier.json"),
    args: [
      tool("prettier/bin/prettier.cjs"),
      "--config",
      config("prettier.json"),
      "--check",
      "--log-level",
      "warn",
      ".",
    ],
  },
];

export function checksOf(root: string): Check[] {
  return all.filter(({ settings }) => settings === undefined || existsSync(join(root, settings)));
}
