import { createInterface } from "node:readline/promises";
import type { Environment } from "@reelay/runtime";

export type Colour = "green" | "red" | "dim";

export interface Terminal {
  /** Results, on stdout. */
  say(line: string): void;
  /** What went wrong, and what is not the result, on stderr. */
  warn(line: string): void;
  /** A person reads stdout. */
  readonly isTty: boolean;
  /** A person can be asked. */
  readonly canAsk: boolean;
  /** Columns of a line. */
  readonly width: number;
  paint(colour: Colour, text: string): string;
  ask(question: string, signal: AbortSignal): Promise<string>;
}

const codes: Readonly<Record<Colour, number>> = { green: 32, red: 31, dim: 2 };
const defaultWidth = 80;

export function openTerminal(
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
  errors: NodeJS.WriteStream,
  env: Environment,
): Terminal {
  const isTty = output.isTTY;
  const isColoured = isTty && !env["NO_COLOR"];
  return {
    say: (line) => void output.write(`${line}\n`),
    warn: (line) => void errors.write(`${line}\n`),
    isTty,
    canAsk: isTty && input.isTTY,
    // What is read by a program is not cut to a line.
    width: isTty ? output.columns || defaultWidth : Number.POSITIVE_INFINITY,
    paint: (colour, text) => (isColoured ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text),
    ask: async (question, signal) => {
      const reader = createInterface({ input, output });
      // In raw mode Ctrl-C is a key, not a signal.
      reader.once("SIGINT", () => process.kill(process.pid, "SIGINT"));
      try {
        return (await reader.question(question, { signal })).trim();
      } finally {
        reader.close();
      }
    },
  };
}
