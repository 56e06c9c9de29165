import { withEnvFiles } from "../prepare/env-files.ts";
import { repositoryRoot as root } from "../prepare/repository-root.ts";
import { runReelay } from "./run.ts";
import { openTerminal } from "./terminal.ts";

const interrupted = new AbortController();
// npm passes on the Ctrl-C that the terminal has given us already: only the first counts.
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => interrupted.abort());
// A reader that has seen enough, such as head.
process.stdout.on("error", () => process.exit(0));

process.exitCode = await runReelay({
  args: process.argv.slice(2),
  root,
  env: withEnvFiles(root, process.env),
  terminal: openTerminal(process.stdin, process.stdout, process.stderr, process.env),
  signal: interrupted.signal,
});
process.exit();
