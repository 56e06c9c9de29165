import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "@jest/globals";
import { plantWorkspace } from "./planted-workspace.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);
let remove: (() => Promise<void>) | undefined;
afterEach(async () => remove?.());

async function outputOf(directory: string, command: string, args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [`${root}node_modules/${command}`, ...args], {
    cwd: directory,
    timeout: 60_000,
  }).catch((error: unknown) => error as { stdout: string });
  return stdout;
}

async function importViolations(files: Record<string, string>): Promise<string[]> {
  const planted = await plantWorkspace(files);
  remove = planted.remove;
  const folders = [...new Set(Object.keys(files).map((path) => path.split("/")[0] ?? ""))];
  const config = ["--config", `${root}scripts/config/dependency-cruiser.cjs`, "--output-type", "json", ...folders];
  const report = JSON.parse(
    await outputOf(planted.directory, "dependency-cruiser/bin/dependency-cruise.mjs", config),
  ) as {
    summary: { violations: { rule: { name: string } }[] };
  };
  return report.summary.violations.map((violation) => violation.rule.name);
}

async function lintOf(path: string, text: string): Promise<string> {
  // Its overrides are matched from where the settings lie, so they are planted too.
  const planted = await plantWorkspace({
    [path]: text,
    "scripts/config/oxlint.json": await readFile(`${root}scripts/config/oxlint.json`, "utf8"),
  });
  remove = planted.remove;
  return await outputOf(planted.directory, "oxlint/bin/oxlint", [
    "-c",
    "scripts/config/oxlint.json",
    "--type-aware",
    "packages",
  ]);
}

describe("import rules find a planted violation", () => {
  test.each<[string, Record<string, string>]>([
    ["domain-is-pure", { "packages/domain/src/a.ts": 'import "node:fs";' }],
    [
      "runtime-knows-only-domain",
      { "packages/runtime/src/a.ts": 'import "@reelay/jobs";', "packages/jobs/src/b.ts": "" },
    ],
    [
      "contract-knows-only-domain",
      { "packages/contract/src/a.ts": 'import "@reelay/database";', "packages/database/src/b.ts": "" },
    ],
    [
      "owners-do-not-know-each-other",
      { "packages/jobs/src/a.ts": 'import "@reelay/database";', "packages/database/src/b.ts": "" },
    ],
    ["packages-do-not-know-apps", { "packages/jobs/src/a.ts": 'import "@reelay/api";', "apps/api/src/b.ts": "" }],
    [
      "apps-do-not-know-each-other",
      { "apps/api/src/a.ts": 'import "@reelay/publish";', "apps/workers/publish/src/b.ts": "" },
    ],
    [
      "apps-do-not-know-each-other",
      { "apps/workers/publish/src/a.ts": 'import "@reelay/sync";', "apps/workers/sync/src/b.ts": "" },
    ],
    [
      "production-does-not-simulate",
      { "apps/api/src/a.ts": 'import "@reelay/simulator";', "packages/simulator/src/b.ts": "" },
    ],
    [
      "simulator-stands-alone",
      { "packages/simulator/src/a.ts": 'import "@reelay/domain";', "packages/domain/src/b.ts": "" },
    ],
    ["production-does-not-test", { "apps/api/src/a.ts": 'import "./testing/b.ts";', "apps/api/src/testing/b.ts": "" }],
    ["database-owns-postgres", { "apps/api/src/a.ts": 'import "@prisma/client";' }],
    ["jobs-owns-redis", { "packages/flows/src/a.ts": 'import type { Queue } from "bullmq"; export type Q = Queue;' }],
    ["media-owns-ffmpeg", { "apps/api/src/a.ts": 'import "sharp";' }],
    ["runtime-judges-addresses", { "apps/api/src/a.ts": 'import "ipaddr.js";' }],
    ["storage-owns-s3", { "apps/api/src/a.ts": 'import "@aws-sdk/client-s3";' }],
    ["identity-owns-better-auth", { "apps/api/src/a.ts": 'import "better-auth";' }],
    ["declared-dependencies-only", { "apps/api/src/a.ts": 'import "left-pad";' }],
    ["no-circular", { "packages/domain/src/a.ts": 'import "./b.ts";', "packages/domain/src/b.ts": 'import "./a.ts";' }],
  ])("%s", async (rule, files) => {
    expect(await importViolations(files)).toContain(rule);
  });

  test("and nothing in an orderly workspace", async () => {
    const files = {
      "packages/flows/src/a.ts": 'import type { one } from "@reelay/jobs"; export type One = typeof one;',
      "packages/jobs/src/b.ts": 'import "bullmq";',
    };
    expect(await importViolations(files)).toEqual([]);
  });
});

describe("lint finds a planted violation", () => {
  test.each([
    ["no-restricted-imports", 'import { one } from "@reelay/jobs";\nexport const two = one;\n'],
    ["no-floating-promises", "async function f() {}\nf();\n"],
    ["no-misused-promises", "export const all = [1].filter(async () => true);\n"],
    [
      "switch-exhaustiveness-check",
      'export function f(x: "a" | "b"): void {\n  switch (x) {\n    case "a":\n      return;\n  }\n}\n',
    ],
    ["no-process-env", "export const home = process.env.HOME;\n"],
    ["no-explicit-any", "export const x: any = 1;\n"],
    ["no-console", 'console.log("x");\nexport {};\n'],
  ])("%s", async (rule, text) => {
    expect(await lintOf("packages/flows/src/a.ts", text)).toContain(rule);
  });

  test("response.json() in platforms", async () => {
    expect(
      await lintOf("packages/platforms/src/a.ts", "export const read = (response: Response) => response.json();\n"),
    ).toContain("no-restricted-properties");
  });

  test("and nothing where flows take a type", async () => {
    expect(
      await lintOf(
        "packages/flows/src/a.ts",
        'import type { one } from "@reelay/jobs";\nexport type One = typeof one;\n',
      ),
    ).toContain("0 errors");
  });
});
