import { isUnavailable } from "@reelay/database";
import { Failure } from "@reelay/domain";
import { redact, type Environment } from "@reelay/runtime";
import { ApiProblem, ApiUnreachable } from "../api/api-problem.ts";
import { StopWithSentence } from "../prepare/stop-with-sentence.ts";
import { CommandStop, exitCodes, type Command } from "./command.ts";
import { commands } from "./commands.ts";
import { connectionProblem } from "./connection-problem.ts";
import { helpFor, helpForAll } from "./help.ts";
import { parseCall } from "./parse-call.ts";
import { problemLines } from "./problem-lines.ts";
import type { Terminal } from "./terminal.ts";

export interface ReelayCall {
  readonly args: readonly string[];
  readonly root: string;
  readonly env: Environment;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

const helpWidth = 100;

/** `npm run reelay -- <command>`, to its exit code; what goes wrong is said in a sentence on stderr. */
export async function runReelay(given: ReelayCall): Promise<number> {
  const { args, terminal, signal } = given;
  const [name, ...rest] = args;
  const width = Math.min(terminal.width, helpWidth);
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    terminal.say(helpForAll(commands, width));
    return name === undefined ? exitCodes.usage : exitCodes.done;
  }
  const command = commands.find((command) => command.name === name);
  if (command === undefined) {
    terminal.warn(`There is no command ${JSON.stringify(name)}: \`npm run reelay -- --help\` lists them.`);
    return exitCodes.usage;
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    terminal.say(helpFor(command, width));
    return exitCodes.done;
  }
  try {
    return await command.run({ ...given, ...parseCall(command, rest) });
  } catch (error) {
    if (signal.aborted) return exitCodes.interrupted;
    return explain(error, terminal, command);
  }
}

function explain(error: unknown, terminal: Terminal, command: Command): number {
  if (error instanceof CommandStop) {
    terminal.warn(error.message);
    return error.exitCode;
  }
  if (error instanceof ApiProblem) {
    for (const line of problemLines(error)) terminal.warn(line);
    return error.status >= 500 || error.status === 429 ? exitCodes.unreachable : exitCodes.refused;
  }
  if (error instanceof ApiUnreachable) {
    terminal.warn(`${error.message}: start Reelay, or correct --api (REELAY_API_URL).`);
    return exitCodes.unreachable;
  }
  const unreachable = connectionProblem(error);
  if (unreachable !== null || isUnavailable(error)) {
    terminal.warn(
      `A server that ${command.name} needs ${unreachable ?? "does not answer"}: \`npm run reelay -- doctor\` says which.`,
    );
    return exitCodes.unreachable;
  }
  if (error instanceof StopWithSentence || error instanceof Failure) {
    terminal.warn(String(redact(error.message)));
    return error instanceof Failure && error.code === "config_invalid" ? exitCodes.usage : exitCodes.wrong;
  }
  const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.warn(`This is a defect of ours: please report it.\n${String(redact(said))}`);
  return exitCodes.wrong;
}
