import type { Environment } from "@reelay/runtime";
import { ensureTools } from "../prepare/ensure-tools.ts";
import { checksOf } from "./checks.ts";
import { runJest } from "./run-jest.ts";
import { runProgram } from "./run-program.ts";
import { startTestServers } from "./servers.ts";
import { lineOf, sum, type Tally } from "./tally.ts";

export interface TestOptions {
  readonly root: string;
  readonly env: Environment;
  /** The long tests too. */
  readonly full: boolean;
  /** Only what needs no servers: types, lint, import rules, dead code, format. */
  readonly checksOnly: boolean;
  readonly yes: boolean;
  readonly say: (text: string) => void;
  readonly stop: AbortSignal;
}

const minutes = (count: number) => count * 60_000;

/** `npm test`: everything needed to trust a change. Its last line is `N passed, N failed`. */
export async function runTests(options: TestOptions): Promise<Tally> {
  const limit = AbortSignal.timeout(minutes(options.full ? 75 : 20));
  const signal = AbortSignal.any([options.stop, limit]);
  const tallies: Tally[] = await runChecks(options, signal);
  if (!options.checksOnly) tallies.push(...(await runProjects(options, signal)));
  if (limit.aborted) options.say("\nThe tests took too long and were ended.\n");
  if (signal.aborted) tallies.push({ passed: 0, failed: 1 });
  const total = sum(tallies);
  options.say(`${lineOf(total)}\n`);
  return total;
}

async function runChecks({ root, env, say }: TestOptions, signal: AbortSignal): Promise<Tally[]> {
  const tallies: Tally[] = [];
  for (const { name, args } of checksOf(root)) {
    if (signal.aborted) break;
    let text = "";
    const code = await runProgram({ args, root, env, signal, onText: (more) => void (text += more) });
    say(`${code === 0 ? "✓" : "✗"} ${name}\n`);
    if (code !== 0) say(`${text.trimEnd()}\n`);
    tallies.push(code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
  }
  return tallies;
}

async function runProjects({ root, env, full, yes, say }: TestOptions, signal: AbortSignal): Promise<Tally[]> {
  await ensureTools(["redis", "ffmpeg", "chromium"], { env, yes, say: (line) => say(`${line}\n`) });
  const projects = ["unit", "integration", "e2e", ...(full ? ["full"] : [])];
  const servers = await startTestServers(env);
  const tallies: Tally[] = [];
  try {
    for (const project of projects) {
      if (signal.aborted) break;
      say(`\n${project} tests\n`);
      const testEnv = { ...env, ...servers.env, NODE_ENV: "test" };
      tallies.push(await runJest({ root, project, env: testEnv, directory: servers.directory, signal, onText: say }));
    }
  } finally {
    await servers.stop();
  }
  return tallies;
}
