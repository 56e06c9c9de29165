import { join } from "node:path";
import { withEnvFiles } from "../prepare/env-files.ts";
import { run } from "./run.ts";

const root = join(import.meta.dirname, "..", "..");
process.exitCode = await run({
  root,
  args: process.argv.slice(2),
  env: withEnvFiles(root, process.env),
  startedAtMs: Date.now() - process.uptime() * 1_000,
});
process.exit();
