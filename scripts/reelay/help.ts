import type { Command } from "./command.ts";
import { hang, wrap } from "./wrap.ts";

const start = "npm run reelay --";

export function helpForAll(commands: readonly Command[], width: number): string {
  const names = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(names)}  ${hang(summary, width, names + 4)}`);
  return [
    `Usage: ${start} <command> [options]`,
    "",
    ...lines,
    "",
    `${start} <command> --help  says what a command takes.`,
    "Exit codes: 0 done, 1 something is wrong, 2 misused, 3 no answer (try again later), 4 refused, 130 interrupted.",
  ]
    .map((line) => (line.startsWith("  ") ? line : wrap(line, width, "  ")))
    .join("\n");
}

export function helpFor(command: Command, width: number): string {
  const named = Object.entries(command.options).map(([name, { value, says }]) => ({
    name: value === undefined ? `--${name}` : `--${name} ${value}`,
    says,
  }));
  const names = Math.max(...named.map(({ name }) => name.length));
  return [
    wrap(`Usage: ${start} ${`${command.name} ${command.usage}`.trim()}`, width, "  "),
    "",
    wrap(command.summary, width, ""),
    "",
    ...named.map(({ name, says }) => `  ${name.padEnd(names)}  ${hang(says, width, names + 4)}`),
  ].join("\n");
}
