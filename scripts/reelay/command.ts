import type { Environment } from "@reelay/runtime";
import { StopWithSentence } from "../prepare/stop-with-sentence.ts";
import type { Terminal } from "./terminal.ts";

export const exitCodes = {
  done: 0,
  /** It ran, and something is wrong: a check, a sync, a publication. */
  wrong: 1,
  usage: 2,
  /** What it needs does not answer; the same command may work later. */
  unreachable: 3,
  refused: 4,
  interrupted: 130,
} as const;

export interface Option {
  readonly type: "string" | "boolean";
  /** How its value is called in the help; of a `string` alone. */
  readonly value?: string;
  readonly says: string;
}

export interface Command {
  readonly name: string;
  /** What stands behind the name, as a person would type it. */
  readonly usage: string;
  readonly summary: string;
  readonly options: Readonly<Record<string, Option>>;
  /** Words that are no options: at least and at most. */
  readonly words: readonly [number, number];
  /** Answers the exit code. Throws StopWithSentence, ApiProblem, ApiUnreachable, Failure and what Postgres and Redis throw. */
  run(call: Call): Promise<number>;
}

/** One use of a command. */
export interface Call {
  readonly words: readonly string[];
  /** The text of an option that takes one. */
  text(option: string): string | undefined;
  flag(option: string): boolean;
  readonly root: string;
  readonly env: Environment;
  readonly terminal: Terminal;
  /** Fires when a person presses Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Ends the command with a sentence that says what to do, and its exit code. */
export class CommandStop extends StopWithSentence {
  readonly exitCode: number;

  constructor(exitCode: number, sentence: string) {
    super(sentence);
    this.exitCode = exitCode;
  }
}
