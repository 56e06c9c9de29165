import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "@reelay/runtime";
import { z } from "zod";
import type { Tally } from "./tally.ts";
import { runProgram } from "./run-program.ts";

const resultShape = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numRuntimeErrorTestSuites: z.number(),
});

export interface JestOptions {
  readonly root: string;
  readonly project: string;
  readonly env: Environment;
  /** Where this run may leave its result. */
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly onText: (text: string) => void;
}

const node = "--experimental-vm-modules --no-warnings";
const settings = "--config scripts/config/jest.config.mjs --maxWorkers 2 --passWithNoTests --json";
const jest = `${node} node_modules/jest/bin/jest.js ${settings}`.split(" ");
// Jest's other sign, a worker that it had to end after 500 ms, also comes from a busy machine alone.
const leakSigns = ["did not exit one second after"];
const mayTakeToExitMs = 5_000;

/** Runs one jest project. A suite that cannot be read counts as a failure, and so does a run that leaves something open. */
export async function runJest({ root, project, env, directory, signal, onText }: JestOptions): Promise<Tally> {
  const resultFile = join(directory, `${project}.json`);
  const tooLong = new AbortController();
  let heard = "";
  let leaked = false;
  let timer: NodeJS.Timeout | undefined;
  const code = await runProgram({
    root,
    env,
    signal: AbortSignal.any([signal, tooLong.signal]),
    args: [...jest, "--selectProjects", project, "--outputFile", resultFile],
    onText: (text) => {
      onText(text);
      heard = (heard + text).slice(-10_000);
      leaked ||= leakSigns.some((sign) => heard.includes(sign));
      // Jest says this at its very end: a run that is still there some seconds later holds something open.
      if (heard.includes("Ran all test suites")) timer ??= setTimeout(() => tooLong.abort(), mayTakeToExitMs);
    },
  });
  clearTimeout(timer);
  const leaks = leaked || tooLong.signal.aborted ? 1 : 0;
  if (leaks > 0) onText(`\nThe ${project} tests did not end by themselves: something is left open.\n`);
  const result = existsSync(resultFile) ? resultShape.parse(JSON.parse(readFileSync(resultFile, "utf8"))) : null;
  if (result === null) return { passed: 0, failed: code === 0 ? 0 : 1 };
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites + leaks;
  return { passed: result.numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed };
}
