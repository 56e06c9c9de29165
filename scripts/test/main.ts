import { join } from "node:path";
import { parseArgs } from "node:util";
import { StopWithSentence } from "../prepare/stop-with-sentence.ts";
import { stopSignals } from "../start/stop-signals.ts";
import { runTests } from "./run.ts";

const { values } = parseArgs({
  options: { full: { type: "boolean" }, checks: { type: "boolean" }, yes: { type: "boolean", short: "y" } },
});
try {
  const { failed } = await runTests({
    root: join(import.meta.dirname, "..", ".."),
    env: process.env,
    full: values.full === true,
    checksOnly: values.checks === true,
    yes: values.yes === true,
    say: (text) => void process.stdout.write(text),
    stop: stopSignals().first,
  });
  process.exitCode = failed === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof StopWithSentence ? error.message : error);
  process.exitCode = 1;
}
process.exit();
