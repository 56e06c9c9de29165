import { parseArgs } from "node:util";
import { CommandStop, exitCodes, type Call, type Command } from "./command.ts";

type Parsed = Pick<Call, "words" | "text" | "flag">;

/** The words and options of `command`; throws the sentence that says what it takes. */
export function parseCall(command: Command, args: readonly string[]): Parsed {
  const { values, positionals } = parsed(command, args);
  const [least, most] = command.words;
  if (positionals.length < least || positionals.length > most) throw misused(command, `It takes ${countOf(command)}`);
  return {
    words: positionals,
    text: (option) => {
      const value = values[option];
      return typeof value === "string" && value !== "" ? value : undefined;
    },
    flag: (option) => values[option] === true,
  };
}

/** How a command that was misused ends: what is wrong, and where to read what it takes. */
export function misused(command: Pick<Command, "name">, sentence: string): CommandStop {
  return new CommandStop(
    exitCodes.usage,
    `${sentence}: \`npm run reelay -- ${command.name} --help\` says what it takes.`,
  );
}

function parsed(command: Command, args: readonly string[]) {
  const options = Object.fromEntries(Object.entries(command.options).map(([name, { type }]) => [name, { type }]));
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    // Node's own words end in advice about `--` that no command of ours needs.
    const [said = ""] = (error instanceof Error ? error.message : String(error)).split(". ");
    throw misused(command, said.replace(/\.$/, ""));
  }
}

function countOf({ words: [least, most], usage }: Command): string {
  if (most === 0) return "options only";
  return least === most ? `exactly ${least} of them, \`${usage}\`` : `\`${usage}\``;
}
