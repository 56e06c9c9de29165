import { withEnvFiles } from "../prepare/env-files.ts";
import { repositoryRoot as root } from "../prepare/repository-root.ts";
import { run } from "./run.ts";

process.exitCode = await run({
  root,
  args: process.argv.slice(2),
  env: withEnvFiles(root, process.env),
  startedAtMs: Date.now() - process.uptime() * 1_000,
});
process.exit();
