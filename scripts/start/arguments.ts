import { parseArgs } from "node:util";
import { StopWithSentence } from "../prepare/stop-with-sentence.ts";

export interface StartArguments {
  readonly demo: boolean;
  readonly processes: boolean;
  readonly yes: boolean;
}

export function parseStartArguments(args: readonly string[]): StartArguments {
  try {
    const options = {
      "no-demo": { type: "boolean" },
      processes: { type: "boolean" },
      yes: { type: "boolean", short: "y" },
    } as const;
    const { values } = parseArgs({ args: [...args], options, strict: true });
    return { demo: values["no-demo"] !== true, processes: values.processes === true, yes: values.yes === true };
  } catch {
    throw new StopWithSentence("`npm start` takes `-- --no-demo`, `-- --processes` and `-- --yes`, and nothing else.");
  }
}
